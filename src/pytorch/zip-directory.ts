import type { ByteSource } from "../byte-source.js";
import { InputError } from "../errors.js";

// Layouts: PKWARE APPNOTE 6.3.9, sections 4.3.12 to 4.3.16.
const END = { signature: 0x06054b50, bytes: 22 };
const LOCATOR64 = { signature: 0x07064b50, bytes: 20 };
const END64 = { signature: 0x06064b50, bytes: 56 };

/** Bytes that a directory may take: 100,000 entries with long names stay below it. */
const MAX_DIRECTORY_BYTES = 64 * 2 ** 20;

/** Where a zip file's directory lies, and how many entries it has. */
export interface DirectoryPlace {
  readonly begin: number;
  readonly end: number;
  readonly entries: number;
}

/**
 * Finds the directory of a zip file, with 64-bit places or without. The file must end with its end record, as PyTorch's
 * files do: a comment behind it could hide a second one.
 * Throws InputError.
 */
export async function findDirectory(source: ByteSource): Promise<DirectoryPlace> {
  const endBegin = source.size - END.bytes;
  if (endBegin < 0) throw new InputError(`a zip file has at least ${END.bytes} bytes; got ${source.size}`);
  const end = await view(source, endBegin, END.bytes);
  if (end.getUint32(0, true) !== END.signature || end.getUint16(20, true) !== 0) {
    throw new InputError(
      "a checkpoint must end with the end record of a zip file; it does not: it is cut off, or no zip file; " +
        "copy or download it again",
    );
  }
  const narrow = {
    entries: end.getUint16(10, true),
    bytes: end.getUint32(12, true),
    begin: end.getUint32(16, true),
  };
  const wide = await findWide(source, endBegin);
  const { entries, bytes, begin } = wide ?? narrow;
  const directoryEnd = wide?.at ?? endBegin;
  const agrees =
    wide === undefined ||
    (isSameOr(narrow.entries, 0xffff, wide.entries) &&
      isSameOr(narrow.bytes, 0xffffffff, wide.bytes) &&
      isSameOr(narrow.begin, 0xffffffff, wide.begin));
  if (!agrees || begin + bytes !== directoryEnd) {
    throw new InputError(
      `the zip directory must end where its end record begins, at byte ${directoryEnd}; ` +
        `got byte ${begin + bytes}; copy or download the file again`,
    );
  }
  if (bytes > MAX_DIRECTORY_BYTES) {
    throw new InputError(`a zip directory has at most ${MAX_DIRECTORY_BYTES} bytes; got ${bytes}`);
  }
  return { begin, end: directoryEnd, entries };
}

/** The end record with 64-bit numbers, if there is one before the end record at `endBegin`. */
async function findWide(source: ByteSource, endBegin: number) {
  if (endBegin < LOCATOR64.bytes + END64.bytes) return undefined;
  const locator = await view(source, endBegin - LOCATOR64.bytes, LOCATOR64.bytes);
  if (locator.getUint32(0, true) !== LOCATOR64.signature) return undefined;
  const at = uint64(locator, 8);
  const record =
    at <= endBegin - LOCATOR64.bytes - END64.bytes ? await view(source, at, END64.bytes) : undefined;
  if (record?.getUint32(0, true) !== END64.signature) {
    throw new InputError(
      `a zip64 end record must be at byte ${at}; it is not; copy or download the file again`,
    );
  }
  return { at, entries: uint64(record, 32), bytes: uint64(record, 40), begin: uint64(record, 48) };
}

/** Narrow numbers hold the true value, or all ones where it does not fit. */
const isSameOr = (narrow: number, full: number, wide: number): boolean => narrow === full || narrow === wide;

/** An unsigned 64-bit number; throws InputError from 2^53 on, for no file is that large. */
export function uint64(data: DataView, at: number): number {
  const value = Number(data.getBigUint64(at, true));
  if (Number.isSafeInteger(value)) return value;
  throw new InputError("the zip directory holds a number beyond 2^53; copy or download the file again");
}

/** Some bytes of a source, as numbers. */
export async function view(source: ByteSource, begin: number, length: number): Promise<DataView> {
  const bytes = await source.read(begin, begin + length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
