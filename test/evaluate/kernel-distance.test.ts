import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InputError } from "../../src/errors.js";
import type { Features } from "../../src/evaluate/features.js";
import { kernelDistance, kernelDistances } from "../../src/evaluate/kernel-distance.js";
import { resampled } from "../../src/evaluate/statistics/resampling.js";
import { assertAllclose } from "../allclose.js";
import { featuresOf, normalFeatures } from "./features-of.js";

const rowsOf = ({ count, width, values }: Features) =>
  Array.from({ length: count }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);

/** The mean of the kernel over all pairs of rows that `wanted` allows. */
function meanKernel(a: Features, b: Features, wanted: (i: number, j: number) => boolean): number {
  const kernels = rowsOf(a).flatMap((x, i) =>
    rowsOf(b).flatMap((y, j) =>
      wanted(i, j) ? [(x.reduce((sum, value, k) => sum + value * y[k]!, 0) / a.width + 1) ** 3] : [],
    ),
  );
  return kernels.reduce((sum, value) => sum + value, 0) / kernels.length;
}

const bruteForce = (a: Features, b: Features): number =>
  meanKernel(a, a, (i, j) => i !== j) +
  meanKernel(b, b, (i, j) => i !== j) -
  2 * meanKernel(a, b, () => true);

describe("the kernel distance", () => {
  test("by hand: rows 0, 2 against rows 1, 1", () => {
    // Within: k(0,2) = 1, k(1,1) = 8. Across: k(0,1) = 1 and k(2,1) = 27, mean 14.
    assert.equal(kernelDistance(featuresOf([[0], [2]]), featuresOf([[1], [1]])), 1 + 8 - 28);
  });

  test("is the mean over all pairs, for sets of different sizes", () => {
    const [a, b] = [normalFeatures(7, 5, 1), normalFeatures(11, 5, 2, 0.5)];
    assertAllclose([kernelDistance(a, b)], [bruteForce(a, b)], 1e-12);
  });

  test("counts rows as if they were repeated, but pairs none with its copy", () => {
    const [a, b] = [normalFeatures(6, 3, 3), normalFeatures(6, 3, 4)];
    const counts = { a: resampled(6, 0, 0, "a"), b: resampled(6, 0, 0, "b") };
    const drawn = (set: Features, times: Float64Array) =>
      rowsOf(set).flatMap((row, index) => new Array(times[index]!).fill({ row, index }));
    const [x, y] = [drawn(a, counts.a), drawn(b, counts.b)];
    const [xs, ys] = [featuresOf(x.map(({ row }) => row)), featuresOf(y.map(({ row }) => row))];
    const expected =
      meanKernel(xs, xs, (i, j) => x[i].index !== x[j].index) +
      meanKernel(ys, ys, (i, j) => y[i].index !== y[j].index) -
      2 * meanKernel(xs, ys, () => true);
    assertAllclose(kernelDistances(a, b, [counts]), [expected], 1e-12);
  });

  test("is 0 on average for sets of one distribution, and not for others", () => {
    const mean = (shift: number) => {
      const values = Array.from({ length: 200 }, (_, seed) =>
        kernelDistance(normalFeatures(20, 4, 2 * seed), normalFeatures(20, 4, 2 * seed + 1, shift)),
      );
      const average = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / 199;
      return { average, error: Math.sqrt(variance / 200) };
    };
    const same = mean(0);
    assert.ok(Math.abs(same.average) < 3 * same.error, `${same.average} is not 0 within ${same.error}`);
    const shifted = mean(0.5);
    assert.ok(shifted.average > 10 * shifted.error);
  });

  test("takes two rows a set, of one width", () => {
    assert.throws(() => kernelDistance(featuresOf([[1]]), featuresOf([[1], [2]])), InputError);
    assert.throws(() => kernelDistance(normalFeatures(3, 2, 0), normalFeatures(3, 3, 0)), InputError);
  });
});
