import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseHTML } from "linkedom";
import { curveChart, intervalChart } from "../../src/report/charts.js";
import { formatInterval, formatMetric, formatValue } from "../../src/report/format.js";
import { element, fragment, paragraph } from "../../src/report/html.js";
import { page } from "../../src/report/page.js";
import { picture, pictureTable } from "../../src/report/pictures.js";
import { figureTable, metricsTable } from "../../src/report/tables.js";

const metric = (value: number, spread = 0.1, n = 7) => ({
  value,
  low: value - spread,
  high: value + spread,
  n,
});
const parse = (html: string) => parseHTML(html).document;

describe("markup", () => {
  test("holds any text as text", () => {
    const nasty = `<b>"&amp;</b>`;
    const { html } = element("p", { title: nasty }, nasty, element("i", {}, nasty));
    const found = parse(`<html><body>${html}</body></html>`).querySelector("p")!;
    assert.equal(found.getAttribute("title"), nasty);
    assert.equal(found.textContent, nasty + nasty);
    assert.equal(found.querySelectorAll("b").length, 0);
  });

  test("elements without content have no end, attributes without a value are left out", () => {
    assert.equal(element("img", { alt: "", title: undefined }).html, '<img alt="">');
    assert.equal(fragment("a", [paragraph("b"), "c"]).html, "a<p>b</p>c");
  });

  test("a page is one document, its contents lead to its parts", () => {
    const text = page("A & B", paragraph("lead"), [{ id: "one", title: "<One>", body: paragraph("x") }]);
    const document = parse(text);
    assert.ok(text.startsWith("<!doctype html>\n"));
    assert.equal(document.title, "A & B");
    const link = document.querySelector("nav a")!;
    assert.equal(link.textContent, "<One>");
    assert.equal(document.querySelector(`section${link.getAttribute("href")} h2`)!.textContent, "<One>");
    assert.match(document.querySelector("style")!.textContent!, /"Segoe UI"/); // a style sheet knows no entities
  });
});

describe("figures as text", () => {
  test("have three digits, tiny ones an exponent", () => {
    assert.deepEqual([0.93149, 12.345, 0, -0.5, 3.1e-7, 512].map(formatValue), [
      "0.931",
      "12.3",
      "0.000",
      "-0.500",
      "3.1e-7",
      "512",
    ]);
    assert.equal(formatInterval(metric(0.5)), "[0.400, 0.600]");
    assert.equal(formatInterval(metric(0.5, 0)), "");
    assert.equal(formatMetric(metric(0.5)), "0.500 [0.400, 0.600], n = 7");
    assert.equal(formatMetric(metric(0.5, 0)), "0.500, n = 7");
  });
});

describe("tables", () => {
  const rows = [
    { title: "a", figures: [metric(0.2), metric(0.9)] },
    { title: "b", figures: [metric(0.4), undefined] },
    { title: "control", figures: [metric(0.8), metric(0.1)], isAside: true },
  ];
  const boldIn = (best: "highest" | "lowest") => {
    const columns = [{ title: "x", best }, { title: "y" }];
    const { html } = figureTable({ caption: "c", head: "h", columns, rows });
    return [...parse(html).querySelectorAll("strong")].map(({ textContent }) => textContent);
  };

  test("print the best of a column in bold, at the end that is good, controls aside", () => {
    assert.deepEqual(boldIn("highest"), ["0.400"]);
    assert.deepEqual(boldIn("lowest"), ["0.200"]);
  });

  test("give every figure its interval and number, and every metric its name", () => {
    const { html } = figureTable({ caption: "c", head: "h", columns: [{ title: "x" }], rows });
    assert.equal([...html.matchAll(/\[[-\d., ]+\] n\u00a0=\u00a07/g)].length, 3);
    const all = parse(metricsTable({ "a.b": metric(0.5, 0.1, 3) }).html);
    assert.deepEqual(
      [...all.querySelectorAll("tbody > tr > *")].map(({ textContent }) => textContent),
      ["a.b", "0.500", "[0.400, 0.600]", "3"],
    );
  });
});

describe("charts", () => {
  const marks = ["ours", "other"].flatMap((label) =>
    ["left", "right"].map((column) => ({
      label,
      column,
      row: "all",
      kind: label === "ours" ? ("ours" as const) : ("other" as const),
      metric: metric(label === "ours" ? 0.8 : 0.4),
    })),
  );

  test("have a dot with its figures, and an interval, for every mark", () => {
    const { html } = intervalChart(marks, [{ value: 0.25 }], { title: "What it shows", axis: "score" });
    const svg = parse(html).querySelector("svg")!;
    assert.equal(svg.getAttribute("aria-label"), "What it shows");
    assert.equal(svg.querySelectorAll("circle").length, 4);
    assert.equal(svg.querySelectorAll("[aria-label=link] path").length, 4);
    assert.match(html, /ours: 0\.800 \[0\.700, 0\.900\], n = 7/);
    for (const name of ["left", "right", "score"]) assert.ok(svg.textContent!.includes(name), name);
  });

  test("wider marks lie further right: values are on one scale", () => {
    const { html } = intervalChart(marks.slice(0, 1).concat(marks.slice(2, 3)), [], {
      title: "t",
      axis: "x",
    });
    const [ours, other] = [...parse(html).querySelectorAll("circle")].map((dot) =>
      Number(dot.getAttribute("cx")),
    );
    assert.ok(ours! > other!);
  });

  test("curves are named at their ends", () => {
    const points = [10, 100].map((x) => ({
      curve: "ours",
      kind: "ours" as const,
      x,
      metric: metric(x / 100),
    }));
    const { html } = curveChart(points, { title: "t", axis: "y" }, "below");
    assert.equal(parse(html).querySelectorAll("circle").length, 2);
    assert.match(html, />ours</);
  });

  test("names of curves that end in one place stand below each other", () => {
    const points = ["a", "b", "c"].map((curve) => ({
      curve,
      kind: "other" as const,
      x: 1,
      metric: metric(0.5),
    }));
    const { html } = curveChart(points, { title: "t", axis: "y" }, "below");
    const heights = [...parse(html).querySelectorAll("text")]
      .filter(({ textContent }) => /^[abc]$/.test(textContent ?? ""))
      .map((text) => Number(/,([\d.]+)\)/.exec(text.getAttribute("transform")!)![1]));
    assert.equal(heights.length, 3);
    assert.ok(heights[1]! - heights[0]! >= 12 && heights[2]! - heights[1]! >= 12, heights.join(" "));
  });
});

test("pictures travel inside the page", () => {
  const bytes = Uint8Array.of(137, 80, 78, 71, 255);
  const shown = picture(bytes, "a map", 80);
  const table = pictureTable("c", ["word"], [{ title: "method", pictures: [shown] }]);
  const image = parse(table.html).querySelector("img")!;
  assert.equal(image.getAttribute("alt"), "a map");
  const [, data] = image.getAttribute("src")!.split("data:image/png;base64,");
  assert.deepEqual(Uint8Array.from(Buffer.from(data!, "base64")), bytes);
});
