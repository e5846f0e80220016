import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { InputError } from "../../src/errors.js";
import { frechetDistance, type Gaussian, gaussianOf } from "../../src/evaluate/frechet.js";
import { assertAllclose } from "../allclose.js";
import { featuresOf, normalFeatures } from "./features-of.js";

const gaussian = (mean: readonly number[], covariance: readonly (readonly number[])[]): Gaussian => ({
  mean: Float64Array.from(mean),
  covariance: new Matrix(covariance.map((row) => [...row])),
});
const diagonal = (values: readonly number[]) =>
  values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));
const centred = (covariance: readonly (readonly number[])[]) =>
  gaussian(new Array(covariance.length).fill(0), covariance);

describe("the Frechet distance of normal distributions", () => {
  test("in one dimension: (m1 - m2)^2 + (s1 - s2)^2", () => {
    assertAllclose([frechetDistance(gaussian([1], [[4]]), gaussian([4], [[25]]))], [9 + 9], 1e-12);
  });

  test("with diagonal covariances: each dimension by itself", () => {
    const a = gaussian([0, 1, 2], diagonal([1, 4, 9]));
    const b = gaussian([2, 1, 0], diagonal([16, 4, 1]));
    assertAllclose([frechetDistance(a, b)], [8 + (1 - 4) ** 2 + 0 + (3 - 1) ** 2], 1e-12);
  });

  test("with commuting covariances: sum of squared differences of the roots of their eigenvalues", () => {
    // Both have the eigenvectors (1, 1) and (1, -1): eigenvalues 3, 1 and 16, 4.
    const a = centred([
      [2, 1],
      [1, 2],
    ]);
    const b = centred([
      [10, 6],
      [6, 10],
    ]);
    assertAllclose([frechetDistance(a, b)], [(Math.sqrt(3) - 4) ** 2 + (1 - 2) ** 2], 1e-12);
  });

  test("of any two covariances of size 2: tr (S1 S2)^1/2 = (tr S1 S2 + 2 (det S1 S2)^1/2)^1/2", () => {
    const entry = fc.integer({ min: -16, max: 16 }).map((eighths) => eighths / 8);
    const root = fc.tuple(entry, entry, entry, entry);
    const product = ([p, q, r, s]: readonly [number, number, number, number]) => [
      [p * p + q * q, p * r + q * s],
      [p * r + q * s, r * r + s * s],
    ];
    fc.assert(
      fc.property(root, root, (x, y) => {
        const [a, b] = [product(x), product(y)];
        const [ma, mb] = [new Matrix(a), new Matrix(b)];
        const determinants = (x[0] * x[3] - x[1] * x[2]) * (y[0] * y[3] - y[1] * y[2]);
        const overlap = Math.sqrt(Math.max(0, ma.mmul(mb).trace() + 2 * Math.abs(determinants)));
        const expected = ma.trace() + mb.trace() - 2 * overlap;
        assert.ok(Math.abs(frechetDistance(centred(a), centred(b)) - expected) < 1e-6);
      }),
      { numRuns: 200 },
    );
  });

  test("is 0 for identical sets, also where the covariance lacks full rank", () => {
    for (const features of [normalFeatures(50, 4, 1), normalFeatures(5, 12, 2)]) {
      const own = gaussianOf(features);
      assert.ok(frechetDistance(own, own) < 1e-6 * own.covariance.trace());
    }
  });

  test("of covariances of rank 1 and 0", () => {
    // Rank 1 along different axes: nothing overlaps, so that the traces add up. No variance at all: the other's trace.
    const [a, b] = [centred(diagonal([9, 0, 0])), centred(diagonal([0, 4, 0]))];
    assertAllclose([frechetDistance(a, b)], [13], 1e-12);
    assertAllclose([frechetDistance(a, centred(diagonal([1, 0, 0])))], [4], 1e-12);
    assertAllclose([frechetDistance(centred(diagonal([0, 0, 0])), b)], [4], 1e-12);
  });

  test("is symmetric, and a shift adds its square", () => {
    const [a, b] = [gaussianOf(normalFeatures(40, 6, 3)), gaussianOf(normalFeatures(30, 6, 4, 1))];
    assertAllclose([frechetDistance(a, b)], [frechetDistance(b, a)], 1e-10);
    const moved = { ...a, mean: a.mean.map((value) => value + 2) };
    assertAllclose([frechetDistance(a, moved)], [6 * 4], 1e-10);
  });

  test("refuses features of different networks, and what is no number", () => {
    assert.throws(() => frechetDistance(centred([[1]]), centred(diagonal([1, 1]))), InputError);
    assert.throws(() => frechetDistance(gaussian([Number.NaN], [[1]]), centred([[1]])), InputError);
  });
});

describe("the normal distribution of features", () => {
  test("has their mean and unbiased covariance", () => {
    const { mean, covariance } = gaussianOf(
      featuresOf([
        [0, 0],
        [2, 4],
        [4, 2],
      ]),
    );
    assert.deepEqual([...mean], [2, 2]);
    assertAllclose(covariance.to1DArray(), [4, 2, 2, 4], 1e-12);
  });

  test("counts rows as if they were repeated", () => {
    const counted = gaussianOf(featuresOf([[1], [5], [7]]), Float64Array.of(2, 0, 1));
    const repeated = gaussianOf(featuresOf([[1], [1], [7]]));
    assert.deepEqual(counted.mean, repeated.mean);
    assertAllclose(counted.covariance.to1DArray(), repeated.covariance.to1DArray(), 1e-12);
  });

  test("takes at least two rows", () => {
    assert.throws(() => gaussianOf(featuresOf([[1, 2]])), InputError);
  });
});
