import { bfloat16ToFloat32, float16ToFloat32, float32ToBFloat16, float32ToFloat16 } from "./float16.js";
import type { TensorView } from "./types.js";

export { float32ToBFloat16, float32ToFloat16 } from "./float16.js";

/** The values, rounded to the nearest binary32 where the dtype is wider; BOOL is 0 or 1. A copy. */
export function toFloat32(view: TensorView): Float32Array<ArrayBuffer> {
  const values = numbersOf(view);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** The values, exact but for integers beyond 2^53, which are rounded; BOOL is 0 or 1. A copy. */
export function toFloat64(view: TensorView): Float64Array<ArrayBuffer> {
  const values = numbersOf(view);
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

/** A tensor of `values`, stored as F32, or rounded to nearest even as F16 or BF16. A copy. */
export function fromFloat32(
  values: Float32Array,
  shape: readonly number[],
  dtype: "F32" | "F16" | "BF16" = "F32",
): TensorView {
  const stored =
    dtype === "F16"
      ? float32ToFloat16(values)
      : dtype === "BF16"
        ? float32ToBFloat16(values)
        : values.slice();
  return { dtype, shape, bytes: new Uint8Array(stored.buffer) };
}

/** A tensor of `values`, stored as F64. A copy. */
export function fromFloat64(values: Float64Array, shape: readonly number[]): TensorView {
  return { dtype: "F64", shape, bytes: new Uint8Array(values.slice().buffer) };
}

/** The elements in the narrowest array that holds them exactly, except 64-bit integers, which become binary64. */
function numbersOf({ dtype, bytes }: TensorView) {
  // a copy starts at a multiple of 8, as typed arrays need; like every engine's typed arrays, it is little-endian
  const { buffer } = Uint8Array.from(bytes);
  switch (dtype) {
    case "F64":
      return new Float64Array(buffer);
    case "F32":
      return new Float32Array(buffer);
    case "F16":
      return float16ToFloat32(new Uint16Array(buffer));
    case "BF16":
      return bfloat16ToFloat32(new Uint16Array(buffer));
    case "I64":
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case "U64":
      return Float64Array.from(new BigUint64Array(buffer), Number);
    case "I32":
      return new Int32Array(buffer);
    case "U32":
      return new Uint32Array(buffer);
    case "I16":
      return new Int16Array(buffer);
    case "U16":
      return new Uint16Array(buffer);
    case "I8":
      return new Int8Array(buffer);
    case "U8":
      return new Uint8Array(buffer);
    case "BOOL":
      return new Uint8Array(buffer).map((byte) => (byte === 0 ? 0 : 1));
  }
}
