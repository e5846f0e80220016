import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceSharesDrawing } from "../../src/figure/source-shares.js";
import { FONT, textsOf } from "./documents.js";

const share = (value: number, name: string, carried?: number) => ({
  name,
  carried,
  share: { value, low: value - 0.02, high: value + 0.02 },
});
const small = [share(0.9, "tokens"), share(0.12, "noise", 0), share(-0.02, "mu", 0)];
const large = [share(0.001, "tokens"), share(11.7, "noise", 11.7), share(-10.7, "mu", -10.7)];

/** Left edge and width of each bar and mark. */
const rectangles = (svg: string) =>
  Array.from(svg.matchAll(/<rect x="([-\d.]+)" y="[-\d.]+" width="([-\d.]+)"/g), ([, x, width]) => ({
    x: Number(x),
    width: Number(width),
  }));

test("small and large shares fit one plot, each with its figures", () => {
  const models = [
    { model: "clean", detail: "", mass: small, content: small },
    { model: "noise", detail: "", mass: large, content: [] },
  ];
  const drawing = sourceSharesDrawing("Shares", models, ["a note"], FONT);
  const texts = textsOf(drawing.svg);
  for (const text of ["clean", "noise", "prompt", "x_T (noise)", "a note", "90.0 % [88.0, 92.0]"])
    assert.ok(texts.includes(text), `${text} in ${texts}`);
  for (const text of ["1170 % [1168, 1172]", "-1070 % [-1072, -1068]", "-1000 %", "1000 %"])
    assert.ok(texts.includes(text), `${text} in ${texts}`);
  for (const { x, width } of rectangles(drawing.svg))
    assert.ok(x >= -1 && width >= 0 && x + width <= 262, `${x} ${width}`);
});

test("bars grow with their shares, and within 100 % in proportion", () => {
  const rows = [share(0.25, "tokens"), share(0.5, "noise"), share(1, "mu")];
  const { svg } = sourceSharesDrawing("", [{ model: "m", detail: "", mass: rows, content: [] }], [], FONT);
  const bars = svg.matchAll(/width="([\d.]+)" height="10"/g);
  const [a, b, c] = Array.from(bars, ([, width]) => Number(width));
  assert.ok(Math.abs(b! - 2 * a!) < 0.05 && Math.abs(c! - 2 * b!) < 0.05);
});
