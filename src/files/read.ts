import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { InputError, UsageError } from "../errors.js";
import { fileError } from "./file-error.js";

/** Node reads no more into one array. */
const MAX_BYTES = 2 ** 31 - 1;

/** The bytes of a file. Throws InputError if it can't be read, isn't a plain file or is larger than 2 GiB. */
export function readBytes(path: string): Uint8Array<ArrayBuffer> {
  try {
    const status = statSync(path);
    if (status.isDirectory()) {
      throw new InputError(`cannot read ${path}: this is a folder, not a file; choose a file in it`);
    }
    if (!status.isFile())
      throw new InputError(`cannot read ${path}: this is no plain file; choose another path`);
    if (status.size > MAX_BYTES) {
      throw new InputError(`${path} must be at most 2 GiB; got ${status.size} bytes; choose another file`);
    }
    const buffer = readFileSync(path);
    // not a Buffer, whose slice() is a view where every other array's is a copy
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  } catch (error) {
    throw fileError("read", path, error);
  }
}

/** Bytes `begin` (inclusive) to `end` (exclusive) of an open file. */
export type ReadRange = (begin: number, end: number) => Uint8Array;

/**
 * What `use` makes of a file of any size and its parts. Throws InputError if it can't be read or ends before a part does,
 * and what `use` throws, with the path in front.
 */
export function readParts<T>(path: string, use: (read: ReadRange, size: number) => T): T {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const opened = file;
    return use((begin, end) => readRange(opened, begin, end), fstatSync(file).size);
  } catch (error) {
    throw error instanceof InputError
      ? new InputError(`${path}: ${error.message}`)
      : fileError("read", path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readRange(file: number, begin: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - begin);
  let filled = 0;
  while (filled < bytes.length) {
    const length = Math.min(bytes.length - filled, MAX_BYTES);
    const read = readSync(file, bytes, filled, length, begin + filled);
    if (read === 0) throw new InputError(`the file ends at byte ${begin + filled}; copy it again`);
    filled += read;
  }
  return bytes;
}

/** The text of a file. Throws InputError as `readBytes`, or if it is not UTF-8. */
export function readText(path: string): string {
  const bytes = readBytes(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${path} must be text in UTF-8; got other bytes; save it again as UTF-8`);
  }
}

/**
 * What `parse` makes of a file's bytes. Throws as `readBytes` and `parse` do, with the path in front of what
 * `parse` found.
 */
export function parseFile<T>(path: string, parse: (bytes: Uint8Array) => T): T {
  const bytes = readBytes(path);
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${path}: ${error.message}`);
    throw error instanceof UsageError ? new UsageError(`${path}: ${error.message}`) : error;
  }
}

/** The JSON in some bytes. Throws InputError with the parser's complaint. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`this is not JSON (${reason}); correct the file`);
  }
}
