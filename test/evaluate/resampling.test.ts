import assert from "node:assert/strict";
import { test } from "node:test";
import type { Features } from "../../src/evaluate/features.js";
import { frechetDistance, gaussianOf } from "../../src/evaluate/frechet.js";
import { kernelDistances, type PairOfCounts } from "../../src/evaluate/kernel-distance.js";
import { bootstrapMetric, onceEach, resampled } from "../../src/evaluate/statistics/resampling.js";
import { assertAllclose } from "../allclose.js";
import { normalFeatures } from "./features-of.js";

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

test("intervals of distances are as wide as the distances of independent sets vary", () => {
  const [rows, width, sets] = [60, 3, 60];
  const frechet = (a: Features, b: Features, counts: PairOfCounts) =>
    frechetDistance(gaussianOf(a, counts.a), gaussianOf(b, counts.b));
  const kernel = (a: Features, b: Features, counts: PairOfCounts) => kernelDistances(a, b, [counts])[0]!;
  const deviation = (values: readonly number[]) => {
    const { value, high } = bootstrapMetric(0, values, 1);
    return (high - value) / 1.96;
  };
  const once = { a: onceEach(rows), b: onceEach(rows) };
  const draws = Array.from({ length: 40 }, (_, number) => ({
    a: resampled(rows, 0, number, "a"),
    b: resampled(rows, 0, number, "b"),
  }));
  const pairs = Array.from(
    { length: sets },
    (_, i) => [normalFeatures(rows, width, 2 * i, 1), normalFeatures(rows, width, 2 * i + 1)] as const,
  );
  for (const distance of [frechet, kernel]) {
    const actual = deviation(pairs.map(([a, b]) => distance(a, b, once)));
    const estimates = pairs
      .slice(0, 8)
      .map(([a, b]) => deviation(draws.map((counts) => distance(a, b, counts))));
    const estimated = estimates.reduce((sum, each) => sum + each, 0) / estimates.length;
    assert.ok(Math.abs(Math.log(estimated / actual)) < Math.log(1.4), `${estimated} for ${actual}`);
  }
});
