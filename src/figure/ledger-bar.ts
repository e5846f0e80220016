import type { LedgerShares } from "../explain/schema.js";
import { type Block, marks } from "./block.js";
import type { Font } from "./font.js";
import { formatShare } from "./format.js";
import { rectangle } from "./shapes.js";
import { COLOURS, type NamedShare, namedShares } from "./shares.js";
import { drawText, textWidth } from "./text.js";
import { BODY, HEADING, INK, SMALL } from "./theme.js";

const BAR = { y: 36, height: 18 } as const;

interface Segment extends NamedShare {
  readonly start: number;
  readonly end: number;
}

/** Who supplied the picture's mass: a bar with the shares above 0 to the right of a line, those below 0 to the left. */
export function ledgerBar(ledger: LedgerShares, width: number, font: Font): Block {
  const shares = namedShares(ledger);
  const segments = stacked(shares);
  const low = Math.min(0, ...segments.map(({ start }) => start));
  const high = Math.max(1, ...segments.map(({ end }) => end));
  const place = (share: number) => ((share - low) / (high - low)) * width;
  return marks(width, 104, [
    drawText(font, "Who supplied the picture's mass", HEADING, { x: 0, y: 15 }),
    drawText(font, "signed shares of every source; they add up to 100 %", SMALL, {
      x: width,
      y: 15,
      anchor: "end",
    }),
    ...segments.map(({ name, start, end }) =>
      rectangle({ x: place(start), width: place(end) - place(start), ...BAR }, COLOURS[name] ?? INK),
    ),
    ...axis(place, width, font),
    ...keys(shares, font),
  ]);
}

/** The shares end to end, outwards from 0. */
function stacked(shares: readonly NamedShare[]): Segment[] {
  let [below, above] = [0, 0];
  return shares.map(({ name, share }) => {
    if (share < 0) {
      below += share;
      return { name, share, start: below, end: below - share };
    }
    above += share;
    return { name, share, start: above - share, end: above };
  });
}

function axis(place: (share: number) => number, width: number, font: Font): string[] {
  return [0, 1].flatMap((share) => {
    const x = Math.min(width - 1, Math.round(place(share)));
    const anchor = x === 0 ? "start" : x > width - 20 ? "end" : "middle";
    return [
      rectangle({ x, y: BAR.y - 4, width: 1, height: BAR.height + 8 }, INK),
      drawText(font, share === 0 ? "0" : "100 %", SMALL, {
        x: anchor === "end" ? width : x,
        y: BAR.y + BAR.height + 17,
        anchor,
      }),
    ];
  });
}

function keys(shares: readonly NamedShare[], font: Font): string[] {
  const y = 101;
  let x = 0;
  return shares.flatMap(({ name, share }) => {
    const text = `${name} ${formatShare(share)}`;
    const key = [
      rectangle({ x, y: y - 10, width: 10, height: 10 }, COLOURS[name] ?? INK),
      drawText(font, text, BODY, { x: x + 16, y }),
    ];
    x += Math.round(16 + textWidth(font, text, BODY) + 24);
    return key;
  });
}
