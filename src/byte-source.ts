import { InputError } from "./errors.js";

/** Bytes that are read by position: an open file, a Blob, an array; never all of them at once unless asked for. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Bytes `begin` (inclusive) to `end` (exclusive). Throws InputError if they are not all there. */
  read(begin: number, end: number): Promise<Uint8Array>;
}

/** The source of an array; what is read are views of it, not copies. */
export function sourceOfBytes(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (begin, end) => {
      checkRange(begin, end, bytes.length);
      return bytes.subarray(begin, end);
    },
  };
}

/** The source of a Blob, such as a file that was dropped onto a page. */
export function sourceOfBlob(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (begin, end) => {
      checkRange(begin, end, blob.size);
      return new Uint8Array(await blob.slice(begin, end).arrayBuffer());
    },
  };
}

/** Throws InputError unless `begin` <= `end` are whole numbers within `size` bytes. */
export function checkRange(begin: number, end: number, size: number): void {
  const fits = Number.isSafeInteger(begin) && Number.isSafeInteger(end) && 0 <= begin && begin <= end;
  if (fits && end <= size) return;
  throw new InputError(`bytes ${begin} to ${end} are needed; got ${size} in all; is the file complete?`);
}
