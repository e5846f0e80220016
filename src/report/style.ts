/** The page's look: one column of text, wide things beside it scroll, and print is plain. */
export const STYLE = `
:root { color-scheme: light; --ink: #1f2328; --quiet: #636c76; --line: #d8dee4; --ours: #1f5fa8; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 3rem 1.5rem 5rem; max-width: 58rem; color: var(--ink); background: #fff;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; font-weight: 650; letter-spacing: -.01em; }
h2 { font-size: 1.3rem; margin: 3.5rem 0 .6rem; padding-top: 1rem; border-top: 1px solid var(--line); font-weight: 650; }
h3 { font-size: 1rem; margin: 1.8rem 0 .3rem; font-weight: 650; }
p, dd { max-width: 44rem; }
p { margin: .6rem 0; }
a { color: var(--ours); }
.lead, figcaption, caption, small, .quiet { color: var(--quiet); }
nav ol { columns: 2; padding-left: 1.2rem; margin: 1rem 0 0; }
.verdict { border-left: 3px solid var(--ours); padding: .1rem 0 .1rem 1rem; margin: 1.2rem 0; }
.wide { overflow-x: auto; margin: 1.2rem 0; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .5rem; font-size: .86rem; }
th, td { padding: .34rem .9rem .34rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { font-weight: 600; vertical-align: bottom; border-bottom-color: var(--ink); }
tbody th { font-weight: 500; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.number small { display: block; font-size: .74rem; line-height: 1.3; }
tr.aside th, tr.aside td { color: var(--quiet); }
tr.total th, tr.total td { border-bottom-color: var(--ink); }
.reached { color: #1a6b3c; font-weight: 600; }
.missed { color: #9a3412; font-weight: 600; }
figure { margin: 1.4rem 0; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { font-size: .86rem; margin-top: .3rem; max-width: 44rem; }
details { margin: 1rem 0; }
summary { cursor: pointer; color: var(--ours); font-size: .9rem; }
table.all { font-size: .78rem; }
table.all th, table.all td { padding-top: .12rem; padding-bottom: .12rem; }
table.maps th, table.maps td { border: 0; padding: 2px 4px 2px 0; vertical-align: middle; font-weight: 500; }
table.maps thead th { vertical-align: bottom; font-weight: 600; }
table.maps img { display: block; image-rendering: pixelated; }
.legend { display: flex; align-items: center; gap: .5rem; font-size: .82rem; color: var(--quiet); margin: .4rem 0; }
.legend img { display: block; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.5rem; font-size: .9rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: .86em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: #f6f8fa; padding: .8rem 1rem; overflow-x: auto; border-radius: 4px; }
@media print { body { max-width: none; padding: 0; font-size: 11px; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
`;
