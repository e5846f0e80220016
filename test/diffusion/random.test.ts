import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  complementaryNoise,
  deriveSeed,
  MAX_SEED,
  noiseImage,
  startingNoise,
  stepNoise,
} from "../../src/diffusion/random.js";
import { UsageError } from "../../src/errors.js";

const COUNT = 100_000;

function moment(values: ArrayLike<number>, order: number): number {
  return Array.from(values).reduce((sum, value) => sum + value ** order, 0) / values.length;
}

function correlation(a: Float32Array, b: Float32Array): number {
  return moment(
    a.map((value, i) => value * b[i]!),
    1,
  );
}

test("noise has the moments of N(0, 1) within five standard errors", () => {
  const noise = noiseImage(42, COUNT);
  // E[z^k] and Var[z^k] of a standard normal, k = 1..4.
  const expected = [
    [0, 1],
    [1, 2],
    [0, 15],
    [3, 96],
  ] as const;
  expected.forEach(([mean, variance], k) => {
    const actual = moment(noise, k + 1);
    assert.ok(Math.abs(actual - mean) < 5 * Math.sqrt(variance / COUNT), `moment ${k + 1}: ${actual}`);
  });
});

test("neighbouring seeds, streams and values are uncorrelated", () => {
  const limit = 5 / Math.sqrt(COUNT);
  for (const seed of [0, 1, 42, MAX_SEED - 1]) {
    const noise = noiseImage(seed, COUNT);
    assert.ok(Math.abs(correlation(noise, noiseImage(seed + 1, COUNT))) < limit);
    assert.ok(Math.abs(correlation(noise, noiseImage(seed, COUNT, 1))) < limit);
    assert.ok(Math.abs(correlation(noise.subarray(1), noise.subarray(0, -1))) < limit);
  }
});

test("a seed always gives the same values", () => {
  assert.deepEqual(
    [...noiseImage(0, 4)],
    [-0.8327016830444336, -0.3483659625053406, 0.22199003398418427, 1.207114338874817],
  );
  assert.deepEqual(
    [...noiseImage(42, 4)],
    [-1.0451228618621826, 1.1665440797805786, 1.3928029537200928, -0.9020192623138428],
  );
});

test("more values continue the fewer", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_SEED }), fc.nat(40), fc.nat(40), (seed, few, more) => {
      assert.deepEqual(noiseImage(seed, few + more).subarray(0, few), noiseImage(seed, few));
    }),
  );
});

test("complementary noise is (e, -e), and the starting picture's pairs sum to 1", () => {
  const size = { height: 3, width: 5 };
  const noise = complementaryNoise(7, size);
  const start = startingNoise(7, size);
  assert.equal(noise.length, 90);
  for (let i = 0; i < 45; i++) {
    assert.equal(noise[i]! + noise[45 + i]!, 0);
    assert.ok(Math.abs(start[i]! + start[45 + i]! - 1) < 1e-6);
    assert.equal(start[i], Math.fround(0.5 + 0.5 * noise[i]!));
  }
});

test("each step's noise is its own, and a function of seed and step alone", () => {
  const size = { height: 2, width: 2 };
  const noise = stepNoise(3, size);
  assert.deepEqual(noise(5), stepNoise(3, size)(5));
  assert.notDeepEqual(noise(0), noise(1));
  assert.notDeepEqual(noise(0), complementaryNoise(3, size));
});

test("picture k of a batch takes seed + k, wrapping at 2^32", () => {
  assert.equal(deriveSeed(42, 3), 45);
  assert.equal(deriveSeed(MAX_SEED, 1), 0);
});

test("seeds that are not whole, negative or too large are refused", () => {
  for (const seed of [-1, 0.5, MAX_SEED + 1, Number.NaN])
    assert.throws(() => noiseImage(seed, 1), UsageError, `${seed}`);
  assert.throws(() => noiseImage(-1, 1), /seed must be an integer from 0 to 4294967295; got -1/);
  assert.throws(() => deriveSeed(0, -1), /index must be/);
  assert.throws(() => complementaryNoise(0, { height: 0, width: 4 }), /height and width/);
});
