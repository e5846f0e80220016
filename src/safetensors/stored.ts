import { type ByteSource, checkRange } from "../byte-source.js";
import { dataStartOf, parseHeader } from "./read.js";
import type { DType } from "./types.js";

/** A tensor that stays where it is stored until it is read. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Its row-major little-endian bytes, read anew at each call. Throws InputError if they are damaged or not there. */
  read(): Promise<Uint8Array>;
}

/** Tensors by name. */
export type StoredTensors = ReadonlyMap<string, StoredTensor>;

/** Bytes of a safetensors file that say how long its header is. */
const LENGTH_BYTES = 8;

/** Opens a safetensors file without reading its tensors. Throws InputError as `parseHeader` does. */
export async function openSafetensors(source: ByteSource): Promise<{
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: StoredTensors;
}> {
  const { size } = source;
  const dataStart = dataStartOf(await source.read(0, Math.min(LENGTH_BYTES, size)), size);
  checkRange(0, dataStart, size);
  const { metadata, tensors } = parseHeader(await source.read(0, dataStart), size);
  const stored = [...tensors].map(([name, { dtype, shape, begin, end }]): [string, StoredTensor] => [
    name,
    { dtype, shape, read: () => source.read(begin, end) },
  ]);
  return { metadata, tensors: new Map(stored) };
}
