import { InputError } from "../errors.js";
import { checkName, hasLoneSurrogate, METADATA_KEY, quoted } from "./names.js";
import { byteLengthOf, DTYPE_BYTES, type TensorView } from "./types.js";

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
const SPACE = 0x20;

/**
 * Writes a safetensors file; equal content gives equal bytes, whatever the order of the maps. Tensors stand by element
 * size, largest first, then by name, so that each starts at a multiple of its element size.
 * Throws InputError if a name is not allowed or a tensor's bytes don't match its dtype and shape.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorView>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  for (const [name, tensor] of tensors) checkTensor(name, tensor);
  for (const [key, value] of Object.entries(metadata)) checkMetadata(key, value);
  const inOrder = [...tensors].sort(
    ([nameA, a], [nameB, b]) => DTYPE_BYTES[b.dtype] - DTYPE_BYTES[a.dtype] || compare(nameA, nameB),
  );
  const header = encodeHeader(inOrder, metadata);
  const dataLength = inOrder.reduce((sum, [, { bytes }]) => sum + bytes.length, 0);
  const file = new Uint8Array(LENGTH_BYTES + header.length + dataLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + header.length;
  for (const [, { bytes }] of inOrder) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function encodeHeader(
  tensors: readonly (readonly [string, TensorView])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const fields: (readonly [string, string])[] = []; // name, JSON
  const notes = Object.entries(metadata).sort(([a], [b]) => compare(a, b));
  if (notes.length > 0) {
    fields.push([METADATA_KEY, encodeObject(notes.map(([key, text]) => [key, JSON.stringify(text)]))]);
  }
  let offset = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    fields.push([name, JSON.stringify({ dtype, shape, data_offsets: [offset, offset + bytes.length] })]);
    offset += bytes.length;
  }
  const json = new TextEncoder().encode(encodeObject(fields));
  const header = new Uint8Array(Math.ceil(json.length / ALIGNMENT) * ALIGNMENT).fill(SPACE);
  header.set(json);
  return header;
}

/** JSON of an object in the given order, which JSON.stringify would not keep for names such as "1". */
function encodeObject(fields: readonly (readonly [string, string])[]): string {
  return `{${fields.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}

function checkTensor(name: string, { dtype, shape, bytes }: TensorView): void {
  checkName(name);
  if (name === METADATA_KEY) throw new InputError(`no tensor may be named ${METADATA_KEY}; rename it`);
  const expected = byteLengthOf(dtype, shape);
  if (expected !== bytes.length) {
    throw new InputError(
      `tensor ${quoted(name)}: ${dtype} of shape [${shape.join(",")}] takes ${expected ?? "too many"} bytes; ` +
        `got ${bytes.length}; correct the shape`,
    );
  }
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
