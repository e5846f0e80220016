import type { ByteSource } from "../byte-source.js";
import { InputError } from "../errors.js";
import { quoted } from "../safetensors/names.js";
import { crc32 } from "./crc32.js";
import { type DirectoryPlace, findDirectory, uint64, view } from "./zip-directory.js";

// Layouts: PKWARE APPNOTE 6.3.9, sections 4.3.7, 4.3.12 and 4.5.3.
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const CENTRAL = { signature: 0x02014b50, bytes: 46 };
const WIDE_FIELD = 1;
const STORED = 0;
const ENCRYPTED = 1;

const MAX_ENTRIES = 100_000;

const CURE = "copy or download the file again";

/** A file inside a zip file, stored as it is. */
export interface ZipEntry {
  readonly name: string;
  /** Where its own header begins, in bytes from the zip file's start. */
  readonly begin: number;
  /** Its content ends here at the latest: the next entry's header, or the directory. */
  readonly limit: number;
  /** Bytes of content. */
  readonly size: number;
  /** CRC-32 of its content; 0 where the writer left it out, as PyTorch can be told to. */
  readonly crc: number;
}

/**
 * Lists a zip file's entries by name without reading their content.
 *
 * Throws InputError if an entry is compressed or encrypted, overlaps another, occurs twice or has a name that leads out
 * of the archive.
 */
export async function openZip(source: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  const place = await findDirectory(source);
  if (place.entries > MAX_ENTRIES) {
    throw new InputError(`a checkpoint has at most ${MAX_ENTRIES} zip entries; got ${place.entries}`);
  }
  const found = parseDirectory(await view(source, place.begin, place.end - place.begin), place);
  const inOrder = found.sort((a, b) => a.begin - b.begin);
  const entries = new Map<string, ZipEntry>();
  for (const [i, entry] of inOrder.entries()) {
    const limit = inOrder[i + 1]?.begin ?? place.begin;
    if (entry.begin + LOCAL.bytes + entry.nameBytes + entry.size > limit) {
      throw new InputError(
        `zip entry ${quoted(entry.name)} of ${entry.size} bytes at byte ${entry.begin} must end before byte ${limit}; ` +
          `it does not; ${CURE}`,
      );
    }
    if (entries.has(entry.name)) {
      throw new InputError(`zip entry ${quoted(entry.name)} must occur once; it occurs twice; ${CURE}`);
    }
    entries.set(entry.name, {
      name: entry.name,
      begin: entry.begin,
      limit,
      size: entry.size,
      crc: entry.crc,
    });
  }
  return entries;
}

/**
 * Bytes `begin` to `end` of an entry's content; the whole content is checked against its CRC-32, a part is not.
 * Throws InputError.
 */
export async function readEntry(
  source: ByteSource,
  entry: ZipEntry,
  begin = 0,
  end = entry.size,
): Promise<Uint8Array> {
  const start = await contentStart(source, entry);
  const bytes = await source.read(start + begin, start + end);
  const isWhole = begin === 0 && end === entry.size;
  if (isWhole && entry.crc !== 0 && crc32(bytes) !== entry.crc) {
    throw new InputError(`zip entry ${quoted(entry.name)} is damaged: its CRC-32 is wrong; ${CURE}`);
  }
  return bytes;
}

/** Where an entry's content begins: its own header pads it, to a multiple of 64 bytes in PyTorch's files. */
async function contentStart(source: ByteSource, { name, begin, limit, size }: ZipEntry): Promise<number> {
  const header = await view(source, begin, LOCAL.bytes);
  const nameBytes = header.getUint16(26, true);
  const start = begin + LOCAL.bytes + nameBytes + header.getUint16(28, true);
  const isStored = header.getUint32(0, true) === LOCAL.signature && header.getUint16(8, true) === STORED;
  if (!isStored || start + size > limit) {
    throw new InputError(`the header of zip entry ${quoted(name)} at byte ${begin} is damaged; ${CURE}`);
  }
  const ownName = await source.read(begin + LOCAL.bytes, begin + LOCAL.bytes + nameBytes);
  if (parseName(ownName) !== name) {
    throw new InputError(
      `zip entry ${quoted(name)} must have the same name in its own header; got ${quoted(parseName(ownName))}; ${CURE}`,
    );
  }
  return start;
}

interface DirectoryEntry {
  readonly name: string;
  readonly nameBytes: number;
  readonly begin: number;
  readonly size: number;
  readonly crc: number;
}

function parseDirectory(data: DataView, place: DirectoryPlace): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  let at = 0;
  while (at < data.byteLength) {
    const fits = at + CENTRAL.bytes <= data.byteLength && data.getUint32(at, true) === CENTRAL.signature;
    const length = fits
      ? CENTRAL.bytes +
        data.getUint16(at + 28, true) +
        data.getUint16(at + 30, true) +
        data.getUint16(at + 32, true)
      : Number.POSITIVE_INFINITY;
    if (at + length > data.byteLength) {
      throw new InputError(`the zip directory is damaged at byte ${place.begin + at}; ${CURE}`);
    }
    entries.push(parseDirectoryEntry(new DataView(data.buffer, data.byteOffset + at, length)));
    at += length;
  }
  if (entries.length !== place.entries) {
    throw new InputError(
      `the zip directory must have ${place.entries} entries; got ${entries.length}; ${CURE}`,
    );
  }
  return entries;
}

function parseDirectoryEntry(data: DataView): DirectoryEntry {
  const nameBytes = data.getUint16(28, true);
  const name = parseName(new Uint8Array(data.buffer, data.byteOffset + CENTRAL.bytes, nameBytes));
  if (leadsElsewhere(name)) {
    throw new InputError(
      `zip entries must have plain relative names; got ${quoted(name)}; this is no checkpoint`,
    );
  }
  if (data.getUint16(8, true) & ENCRYPTED) {
    throw new InputError(`zip entry ${quoted(name)} is encrypted; decrypt the file first`);
  }
  const method = data.getUint16(10, true);
  const extra = CENTRAL.bytes + nameBytes;
  const wide = wideNumbers(data, extra, extra + data.getUint16(30, true));
  // in this order, and each only where the narrow number is all ones
  const [size, stored, begin] = [24, 20, 42].map((at) => {
    const narrow = data.getUint32(at, true);
    return narrow === 0xffffffff ? wide.shift() : narrow;
  });
  if (size === undefined || stored === undefined || begin === undefined) {
    throw new InputError(`zip entry ${quoted(name)} lacks its 64-bit sizes; ${CURE}`);
  }
  if (method !== STORED || size !== stored) {
    throw new InputError(
      `zip entry ${quoted(name)} must be stored as it is; it is compressed; unpack the file and zip it again with ` +
        "zip -0, or save it again with torch.save",
    );
  }
  return { name, nameBytes, begin, size, crc: data.getUint32(16, true) };
}

/** The 64-bit numbers of a directory entry, from its extra fields at `begin` to `end`. */
function wideNumbers(data: DataView, begin: number, end: number): number[] {
  for (let at = begin; at + 4 <= end; ) {
    const length = data.getUint16(at + 2, true);
    if (at + 4 + length > end) break;
    if (data.getUint16(at, true) === WIDE_FIELD) {
      return Array.from({ length: Math.floor(length / 8) }, (_, i) => uint64(data, at + 4 + 8 * i));
    }
    at += 4 + length;
  }
  return [];
}

function parseName(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InputError(`zip entries must have names in UTF-8; this is no checkpoint; ${CURE}`);
  }
}

/** Nothing is ever written under these names; but a file that has one was not made by PyTorch. */
function leadsElsewhere(name: string): boolean {
  return name.startsWith("/") || /[\\\p{Cc}]/u.test(name) || name.split("/").includes("..");
}
