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

/** 32 well-mixed bits of three integers: a chain of MurmurHash3's finalisers (Appleby 2011). */
function hash(seed: number, id: number, index: number): number {
  return mix(mix(mix(seed) + id) + index) >>> 0;
}

function mix(value: number): number {
  // The constant, an odd fraction of 2^32, keeps 0 from being a fixed point.
  let bits = (value + 0x9e3779b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
