import assert from "node:assert/strict";
import { test } from "node:test";
import { largestMetric, meanMetric } from "../../src/evaluate/interval.js";
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
