import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrapMetric, onceEach, resampled } from "../../src/evaluate/bootstrap.js";
import { assertAllclose } from "../allclose.js";

test("resampling draws as many items as there are, the same for the same seed", () => {
  const counts = resampled(100, 3, 7, "pictures");
  assert.equal(
    counts.reduce((sum, times) => sum + times, 0),
    100,
  );
  assert.deepEqual(counts, resampled(100, 3, 7, "pictures"));
  for (const other of [resampled(100, 4, 7, "pictures"), resampled(100, 3, 8, "pictures")]) {
    assert.notDeepEqual(counts, other);
  }
  assert.notDeepEqual(counts, resampled(100, 3, 7, "training"));
});

test("resampling draws two different items at least", () => {
  for (let number = 0; number < 50; number++) assert.deepEqual([...resampled(2, 0, number, "")], [1, 1]);
});

test("a resampled mean varies as the mean does", () => {
  // The items 0..99: the bootstrap's standard error of their mean is sqrt(variance / n), about 2.887.
  const mean = (counts: Float64Array) => counts.reduce((sum, times, item) => sum + times * item, 0) / 100;
  const values = Array.from({ length: 2000 }, (_, number) => mean(resampled(100, 0, number, "")));
  const { value, low, high, n } = bootstrapMetric(mean(onceEach(100)), values, 100);
  const error = Math.sqrt((100 ** 2 - 1) / 12 / 100);
  assert.equal(value, 49.5);
  assert.equal(n, 100);
  assertAllclose([high - value, value - low], [1.96 * error, 1.96 * error], 0.05);
});

test("an interval lies about the value, and is the value without resampling", () => {
  // 10, 12, 14: standard deviation 2.
  const { low, high } = bootstrapMetric(5, [10, 12, 14], 9);
  assertAllclose([low, high], [5 - 3.92, 5 + 3.92], 1e-12);
  assert.deepEqual(bootstrapMetric(5, [], 9), { value: 5, low: 5, high: 5, n: 9 });
});
