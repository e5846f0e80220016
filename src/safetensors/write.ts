import { InputError } from "../errors.js";
import { checkName, hasLoneSurrogate, METADATA_KEY, quoted } from "./names.js";
import { byteLengthOf, DTYPE_BYTES, type TensorView } from "./types.js";

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
const SPACE = 0x20;

/** What a header says of a tensor before its bytes are there. */
export type TensorDescription = Pick<TensorView, "dtype" | "shape">;

/** The beginning of a file, and the order in which the tensors' bytes follow it without a gap. */
export interface FileLayout {
  readonly header: Uint8Array<ArrayBuffer>;
  readonly order: readonly string[];
}

/**
 * Lays a file out; equal content gives equal bytes, whatever the order of the maps. Tensors stand by element size,
 * largest first, then by name, so that each starts at a multiple of its element size.
 * Throws InputError if a name is not allowed or a shape is not one.
 */
export function layOutSafetensors(
  tensors: ReadonlyMap<string, TensorDescription>,
  metadata: Readonly<Record<string, string>> = {},
): FileLayout {
  for (const [key, value] of Object.entries(metadata)) checkMetadata(key, value);
  const inOrder = [...tensors]
    .map(([name, tensor]) => ({ name, ...tensor, length: checkedLength(name, tensor) }))
    .sort((a, b) => DTYPE_BYTES[b.dtype] - DTYPE_BYTES[a.dtype] || compare(a.name, b.name));
  return { header: encodeHeader(inOrder, metadata), order: inOrder.map(({ name }) => name) };
}

/**
 * Writes a safetensors file, laid out as `layOutSafetensors` does.
 * Throws InputError if a name is not allowed or a tensor's bytes don't match its dtype and shape.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorView>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  for (const [name, tensor] of tensors) checkBytes(name, tensor, tensor.bytes);
  const { header, order } = layOutSafetensors(tensors, metadata);
  const parts = order.map((name) => tensors.get(name)!.bytes);
  const file = new Uint8Array(header.length + parts.reduce((sum, { length }) => sum + length, 0));
  file.set(header);
  let at = header.length;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/**
 * The bytes of such a file in pieces, for one that should not be in memory as a whole: `bytesOf` gives a tensor's when their
 * turn comes. Throws InputError as `writeSafetensors` does.
 */
export function* safetensorsPieces(
  tensors: ReadonlyMap<string, TensorDescription>,
  bytesOf: (name: string) => Uint8Array,
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array, void, undefined> {
  const { header, order } = layOutSafetensors(tensors, metadata);
  yield header;
  for (const name of order) {
    const bytes = bytesOf(name);
    checkBytes(name, tensors.get(name)!, bytes);
    yield bytes;
  }
}

/** Throws InputError if a tensor's bytes don't match its dtype and shape. */
export function checkBytes(name: string, tensor: TensorDescription, bytes: Uint8Array): void {
  const expected = byteLengthOf(tensor.dtype, tensor.shape);
  if (expected === bytes.length) return;
  throw new InputError(
    `tensor ${quoted(name)}: ${tensor.dtype} of shape [${tensor.shape.join(",")}] takes ${expected ?? "too many"} bytes; ` +
      `got ${bytes.length}; correct the shape`,
  );
}

function encodeHeader(
  tensors: readonly (TensorDescription & { readonly name: string; readonly length: number })[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const fields: (readonly [string, string])[] = []; // name, JSON
  const notes = Object.entries(metadata).sort(([a], [b]) => compare(a, b));
  if (notes.length > 0) {
    fields.push([METADATA_KEY, encodeObject(notes.map(([key, text]) => [key, JSON.stringify(text)]))]);
  }
  let offset = 0;
  for (const { name, dtype, shape, length } of tensors) {
    fields.push([name, JSON.stringify({ dtype, shape, data_offsets: [offset, offset + length] })]);
    offset += length;
  }
  const json = new TextEncoder().encode(encodeObject(fields));
  const padded = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const header = new Uint8Array(LENGTH_BYTES + padded).fill(SPACE);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, LENGTH_BYTES);
  return header;
}

/** JSON of an object in the given order, which JSON.stringify would not keep for names such as "1". */
function encodeObject(fields: readonly (readonly [string, string])[]): string {
  return `{${fields.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}

/** Bytes that a tensor takes. */
function checkedLength(name: string, { dtype, shape }: TensorDescription): number {
  checkName(name);
  if (name === METADATA_KEY) throw new InputError(`no tensor may be named ${METADATA_KEY}; rename it`);
  const length = byteLengthOf(dtype, shape);
  if (length !== undefined) return length;
  throw new InputError(
    `tensor ${quoted(name)}: shape must be integers >= 0 with a product below 2^53; got [${shape.join(",")}]; correct it`,
  );
}

function checkMetadata(key: string, value: string): void {
  checkName(key);
  if (hasLoneSurrogate(value)) {
    throw new InputError(
      `metadata must be valid Unicode; got ${quoted(value)} for ${quoted(key)}; correct it`,
    );
  }
}

/** By UTF-16 code units, the same in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
