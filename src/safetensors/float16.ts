/** Numbers of 16 bits: IEEE 754 binary16 ("F16") and bfloat16, the upper half of a binary32 ("BF16"). */

/** Rounds to binary16, nearest even; |x| >= 65520 becomes infinite. Returns the bits, one element for each value. */
export function float32ToFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = bitsOf(values);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) halves[i] = toHalf(bits[i]!);
  return halves;
}

/** Rounds to bfloat16, nearest even. Returns the bits, one element for each value. */
export function float32ToBFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = bitsOf(values);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) {
    const b = bits[i]!;
    const nan = (b & 0x7fffffff) > 0x7f800000;
    // a NaN is cut off, not rounded, and made quiet, for its payload may lie in the lower half alone
    halves[i] = nan ? (b >>> 16) | 0x40 : roundShift(b >>> 0, 16);
  }
  return halves;
}

/** The value of each binary16, given as bits; exact. */
export function float16ToFloat32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  const values = new Float32Array(bits.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = halves[i]!;
    // moved into a binary32's places, the value is too small by the difference of the exponents' biases, 127 - 15
    bits[i] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
    const finite = (half & 0x7c00) !== 0x7c00;
    if (finite) values[i] = values[i]! * 2 ** 112;
    else bits[i] = bits[i]! | 0x7f800000; // infinity and NaN
  }
  return values;
}

/** The value of each bfloat16, given as bits; exact. */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < bits.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and above round to infinity
  if (magnitude >= 0x38800000) {
    return sign | roundShift(magnitude - 0x38000000, 13); // normal: the exponent's bias falls from 127 to 15
  }
  if (magnitude <= 0x33000000) return sign; // up to 2^-25, half of the smallest subnormal: zero
  const exponent = magnitude >>> 23;
  const significand = (magnitude & 0x7fffff) | 0x800000;
  return sign | roundShift(significand, 126 - exponent); // subnormal, a multiple of 2^-24
}

/** x / 2^shift for an unsigned 32-bit x, rounded to the nearest integer, ties to even. */
function roundShift(x: number, shift: number): number {
  const floor = x >>> shift;
  const rest = x - floor * 2 ** shift;
  const half = 2 ** (shift - 1);
  return rest > half || (rest === half && floor % 2 === 1) ? floor + 1 : floor;
}
