import assert from "node:assert/strict";
import { test } from "node:test";
import { type Comparison, checkGroup } from "../../scripts/reference/compare.js";
import { float32Noise } from "../../scripts/reference/noise.js";
import { summaryOf } from "../../scripts/reference/report.js";
import { interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { multiply, scale, shift } from "../../src/graph/ops/elementwise.js";

const ULP = 2 ** -23;
const x = input("x", [4]);
const feeds = { x: [0.3, 0.7, 1.1, 1.9].map(Math.fround) };

test("noise of one product is at most one unit in the last place, and of exact operations none", () => {
  const outputs = [multiply(x, x), scale(x, 0.5)];
  const [product, half] = float32Noise(outputs, feeds, interpret(outputs, feeds));
  assert.ok(product! > 0.1 * ULP && product! <= 4 * ULP, `${product}`);
  assert.equal(half, 0);
});

test("cancellation multiplies noise: (x + 4096) - 4096 keeps what a number of that size can hold", () => {
  const outputs = [shift(shift(x, 4096), -4096)];
  const [noise] = float32Noise(outputs, feeds, interpret(outputs, feeds));
  assert.ok(noise! > 0.1 * 4096 * ULP && noise! <= 4096 * ULP, `${noise}`);
});

const comparison = (error: number, noise: number): Comparison => ({
  name: "out",
  expected: Float64Array.of(1, -2),
  actual: Float64Array.of(1, -2 + 2 * error),
  noise: 2 * noise,
  scale: 2,
});

test("the limit is 1e-4 of the largest value, or five times the noise where that is more", () => {
  const passes = (error: number, noise: number) =>
    checkGroup("file", "out", [comparison(error, noise)], 1e-4).passed;
  assert.equal(passes(0.9e-4, 0), true);
  assert.equal(passes(1.1e-4, 0), false);
  assert.equal(passes(1.1e-4, 1e-5), false);
  assert.equal(passes(9e-4, 2e-4), true);
  assert.equal(passes(1.1e-3, 2e-4), false);
});

test("a tensor whose noise is a tenth of it passes inconclusively", () => {
  const check = checkGroup("file", "out", [comparison(0.3, 0.1)], 1e-4);
  assert.equal(check.passed, true);
  assert.equal(check.conclusive, false);
  assert.match(check.detail, /INCONCLUSIVE/);
  assert.deepEqual(summaryOf([check, checkGroup("file", "out", [comparison(0, 0)], 1e-4)]), [
    "1 of those that passed are inconclusive: float32 fixes no digit of them",
    "2 passed, 0 failed",
  ]);
});

test("a group fails with its worst tensor, a value that is not finite, or another length", () => {
  const good = comparison(0, 0);
  const group = [good, { ...good, name: "bad", actual: Float64Array.of(1, Number.NaN) }];
  const check = checkGroup("file", "out", group, 1e-4);
  assert.equal(check.passed, false);
  assert.match(check.detail, /worst not finite .*FAILED at bad/);
  assert.equal(checkGroup("file", "out", [{ ...good, actual: Float64Array.of(1) }], 1e-4).passed, false);
});
