import { mix } from "../random.js";

/**
 * A unit vector that depends on `seed` and `id` alone, so that it is the same on every machine and in any order.
 *
 * The numbers are uniform in [-1, 1) before scaling: made with integer arithmetic, division and a square root, which
 * every engine rounds alike, as logarithms and cosines are not.
 */
export function randomUnitVector(seed: number, id: number, width: number): Float32Array<ArrayBuffer> {
  const values = Float64Array.from({ length: width }, (_, i) => hash(seed, id, i) / 2 ** 31 - 1);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(values, (value) => value / length);
}

/** 32 well-mixed bits of three integers. */
function hash(seed: number, id: number, index: number): number {
  return mix(mix(mix(seed) + id) + index) >>> 0;
}
