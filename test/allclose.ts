import assert from "node:assert/strict";

/** Largest |actual - expected| divided by the largest |expected|; Infinity if lengths differ or a value is not finite. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let magnitude = 0;
  for (let i = 0; i < expected.length; i++) {
    const d = Math.abs(actual[i]! - expected[i]!);
    if (!Number.isFinite(d)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, d);
    magnitude = Math.max(magnitude, Math.abs(expected[i]!));
  }
  return magnitude === 0 ? difference : difference / magnitude;
}

/** Asserts that two arrays agree to `tolerance` of the largest expected magnitude. */
export function assertAllclose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-6,
  what = "values",
): void {
  const error = relativeError(actual, expected);
  assert.ok(
    error <= tolerance,
    `${what} differ: relative error ${error} > ${tolerance} (lengths ${actual.length}, ${expected.length})`,
  );
}
