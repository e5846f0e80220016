import assert from "node:assert/strict";
import { test } from "node:test";
import { largestMetric, meanMetric, shareMetric } from "../../src/evaluate/interval.js";
import { assertAllclose } from "../allclose.js";

test("a mean and its 95 % interval", () => {
  // 1..5: mean 3, variance 2.5, standard error sqrt(0.5).
  const { value, low, high, n } = meanMetric([1, 2, 3, 4, 5]);
  assertAllclose([value, low, high], [3, 3 - 1.96 * Math.SQRT1_2, 3 + 1.96 * Math.SQRT1_2], 1e-12);
  assert.equal(n, 5);
});

test("a single sample is its own interval", () => {
  assert.deepEqual(meanMetric([7]), { value: 7, low: 7, high: 7, n: 1 });
});

test("a maximum is its own interval", () => {
  assert.deepEqual(largestMetric([-3, -1, -2]), { value: -1, low: -1, high: -1, n: 3 });
});

test("a share's interval is Wilson's, and ends exactly where no share can lie beyond", () => {
  const of = (yes: number, n: number) => shareMetric(Array.from({ length: n }, (_, i) => i < yes));
  // 8 of 10: Wilson (1927), as in any table
  const { low, high } = of(8, 10);
  assert.ok(Math.abs(low - 0.4902) < 1e-4 && Math.abs(high - 0.9433) < 1e-4, `${low}, ${high}`);
  for (const n of [1, 7, 2000]) {
    assert.equal(of(0, n).low, 0);
    assert.equal(of(n, n).high, 1);
    assertAllclose([of(0, n).high], [1 - of(n, n).low], 1e-12);
  }
});
