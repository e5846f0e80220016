import { fromFloat32, fromFloat64 } from "../../src/safetensors/convert.js";
import type { TensorView } from "../../src/safetensors/types.js";
import { writeSafetensors } from "../../src/safetensors/write.js";

/** A small valid file with every kind of part: metadata, a scalar, an empty tensor, four element sizes. */
export const TENSORS: ReadonlyMap<string, TensorView> = new Map([
  ["bias", fromFloat32(Float32Array.of(0.5, -1), [2])],
  ["empty", fromFloat32(new Float32Array(0), [3, 0])],
  ["mask", { dtype: "BOOL", shape: [3], bytes: Uint8Array.of(1, 0, 1) }],
  ["scale", fromFloat64(Float64Array.of(Math.PI), [])],
  ["weight", fromFloat32(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3], "F16")],
]);

export const METADATA = { spec: '{"image": 16}', é: "ü" };

export const VALID = writeSafetensors(TENSORS, METADATA);

/** A file with this header, given as JSON text or bytes, in front of `data`; `length` may lie about the header. */
export function fileOf(
  header: string | Uint8Array,
  data: Uint8Array = new Uint8Array(0),
  length?: bigint,
): Uint8Array {
  const bytes = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + bytes.length + data.length);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(bytes.length), true);
  file.set(bytes, 8);
  file.set(data, 8 + bytes.length);
  return file;
}

/** The parts of a valid file. */
export function partsOf(file: Uint8Array): { readonly header: string; readonly data: Uint8Array } {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return { header: new TextDecoder().decode(file.subarray(8, 8 + length)), data: file.subarray(8 + length) };
}
