import { InputError } from "../errors.js";
import { isObject, parseStrictJson } from "./json.js";
import { checkLayout } from "./layout.js";
import { checkName, hasLoneSurrogate, METADATA_KEY, quoted } from "./names.js";
import { byteLengthOf, type Header, isDType, type TensorEntry, type TensorView } from "./types.js";

/** The reference implementation's limit on the header, in bytes. */
export const MAX_HEADER_BYTES = 100_000_000;

/** The file starts with the header's length, an unsigned 64-bit little-endian integer. */
const LENGTH_BYTES = 8;

const CURE = "save or download the file again";

/**
 * Bytes from the file's start to its tensor data: as many as `parseHeader` needs. `start` holds at least the first 8 bytes.
 * Throws InputError.
 */
export function dataStartOf(start: Uint8Array, fileLength = start.length): number {
  if (start.length < LENGTH_BYTES) {
    throw new InputError(`a safetensors file has at least 8 bytes; got ${start.length}; ${CURE}`);
  }
  const length = new DataView(start.buffer, start.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new InputError(
      `a safetensors header has at most ${MAX_HEADER_BYTES} bytes; got ${length}; is this a safetensors file?`,
    );
  }
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > fileLength) {
    throw new InputError(
      `the safetensors header says it has ${length} bytes; got ${fileLength - LENGTH_BYTES}; ${CURE}`,
    );
  }
  return dataStart;
}

/**
 * Reads the header alone, so that a large file can be read tensor by tensor. `bytes` is the file's beginning, at least
 * up to `dataStartOf`; `fileLength` is the whole file's length, against which every offset is checked.
 * Throws InputError if any part of the header is wrong or the tensors don't fill the file exactly.
 */
export function parseHeader(bytes: Uint8Array, fileLength = bytes.length): Header {
  const dataStart = dataStartOf(bytes, fileLength);
  if (bytes.length < dataStart) {
    throw new InputError(
      `the safetensors header ends at byte ${dataStart}; got ${bytes.length} bytes of it; read more`,
    );
  }
  const fields = parseFields(bytes.subarray(LENGTH_BYTES, dataStart));
  const tensors = new Map<string, TensorEntry>();
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (name === METADATA_KEY) {
      metadata = parseMetadata(field);
    } else {
      checkName(name);
      tensors.set(name, parseEntry(name, field, dataStart, fileLength));
    }
  }
  checkLayout(tensors, dataStart, fileLength);
  return { metadata, tensors };
}

/**
 * Reads a whole file. The tensors are views of `bytes`, not copies.
 * Throws InputError if the file is cut off, damaged or says something untrue about itself.
 */
export function readSafetensors(bytes: Uint8Array): {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Map<string, TensorView>;
} {
  const { metadata, tensors } = parseHeader(bytes);
  const views = new Map<string, TensorView>();
  for (const [name, { dtype, shape, begin, end }] of tensors) {
    views.set(name, { dtype, shape, bytes: bytes.subarray(begin, end) });
  }
  return { metadata, tensors: views };
}

function parseFields(header: Uint8Array): Record<string, unknown> {
  try {
    // ignoreBOM keeps a byte-order mark in the text, where it is wrong and the JSON parser says so
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
    if (!text.startsWith("{")) throw new SyntaxError(`it starts with ${quoted(text.slice(0, 8))}`);
    const value = parseStrictJson(text);
    if (isObject(value)) return value;
    throw new SyntaxError("it holds another value");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const oneLine = quoted(reason).slice(1, -1).replaceAll('\\"', '"');
    throw new InputError(`the safetensors header must be one JSON object in UTF-8; got: ${oneLine}; ${CURE}`);
  }
}

function parseMetadata(field: unknown): Record<string, string> {
  if (!isObject(field))
    throw new InputError(`${METADATA_KEY} must be an object of strings; got ${show(field)}; ${CURE}`);
  const metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(field)) {
    checkName(key);
    if (typeof value !== "string" || hasLoneSurrogate(value)) {
      throw new InputError(`${METADATA_KEY} ${quoted(key)} must be a string; got ${show(value)}; ${CURE}`);
    }
    metadata[key] = value;
  }
  return metadata;
}

function parseEntry(name: string, field: unknown, dataStart: number, fileLength: number): TensorEntry {
  const fail = (what: string, got: unknown) =>
    new InputError(`tensor ${quoted(name)}: ${what}; got ${show(got)}; ${CURE}`);
  if (!isObject(field)) throw fail("its entry must be an object", field);
  const { dtype, shape, data_offsets: offsets } = field;
  if (!isDType(dtype)) throw fail("dtype must be one that pellucid reads, F32 for instance", dtype);
  if (!isNumbers(shape)) throw fail("shape must be a list of integers >= 0", shape);
  const byteLength = byteLengthOf(dtype, shape);
  if (byteLength === undefined) throw fail("shape must be integers >= 0 with a product below 2^53", shape);
  if (!isNumbers(offsets) || offsets.length !== 2) throw fail("data_offsets must be two integers", offsets);
  const [begin, end] = offsets.map((offset) =>
    Number.isSafeInteger(offset) ? dataStart + offset : Number.NaN,
  );
  if (
    begin === undefined ||
    end === undefined ||
    !(dataStart <= begin && begin <= end && end <= fileLength)
  ) {
    throw fail(`data_offsets must lie in the file's ${fileLength - dataStart} bytes of data`, offsets);
  }
  if (end - begin !== byteLength) {
    throw fail(`${dtype} of shape [${shape.join(",").slice(0, 60)}] takes ${byteLength} bytes`, end - begin);
  }
  return { dtype, shape, begin, end };
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}

/** A value of the header as error messages print it. */
function show(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object" || value === null) return String(value);
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 60)}...` : json;
}
