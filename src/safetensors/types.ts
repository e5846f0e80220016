/** Bytes of one element of each supported element type. */
export const DTYPE_BYTES = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

/** An element type, as the format spells it. */
export type DType = keyof typeof DTYPE_BYTES;

/** One tensor: row-major little-endian bytes, `bytes.length` = product of `shape` x element size. */
export type TensorView = {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
};

/** Where a tensor lies in its file: bytes `begin` (inclusive) to `end` (exclusive), counted from the file's start. */
export type TensorEntry = {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
};

/** All that a file says about itself before its data. */
export type Header = {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
};

export function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(DTYPE_BYTES, value);
}

/** Bytes that a tensor takes, or undefined if a size is no integer >= 0 or the product passes 2^53 - 1. */
export function byteLengthOf(dtype: DType, shape: readonly number[]): number | undefined {
  let bytes: number = DTYPE_BYTES[dtype];
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0 || Object.is(size, -0)) return undefined;
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) return undefined;
  }
  return bytes;
}
