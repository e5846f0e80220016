import { InputError } from "../errors.js";
import { type ReadRange, readParts } from "../files/read.js";

// The archive library reads archives from front to back and doesn't say where in the file an entry lies, which reading
// pairs in any order takes. Hence this reader of the headers alone (POSIX.1-2001 pax, and GNU tar's long names).

/** A file in an archive: bytes `begin` to `begin + size` of it. */
export interface TarFile {
  readonly name: string;
  readonly begin: number;
  readonly size: number;
}

/** The files of an archive, and what is wrong where the rest can't be read. */
export interface TarIndex {
  readonly files: readonly TarFile[];
  /** Undefined for a whole archive. */
  readonly damage: string | undefined;
}

const BLOCK = 512;

/** Lists the files of a tar archive, without their contents. Throws InputError if the file can't be read at all. */
export function indexTar(path: string): TarIndex {
  return readParts(path, (read, size) => {
    const files: TarFile[] = [];
    const at = windowed(read, size);
    let named: Partial<TarFile> = {};
    let position = 0;
    const stoppedBy = (what: string): TarIndex => ({
      files,
      damage: `byte ${position} must be ${what}; unpack it if it is compressed, or copy it again`,
    });
    while (position < size) {
      if (position + BLOCK > size) return stoppedBy("followed by a whole header");
      const header = at(position, BLOCK);
      if (header.every((byte) => byte === 0)) break;
      if (!isSound(header)) return stoppedBy("the header of a file");
      const begin = position + BLOCK;
      const type = textOf(header, 156, 157);
      // a size of its own in a pax header holds for the file behind it, not for the header itself
      const length = EXTENDING.test(type) ? numberOf(header) : (named.size ?? numberOf(header));
      if (!Number.isSafeInteger(length) || begin + length > size)
        return stoppedBy("followed by a whole file");
      if (EXTENDING.test(type)) {
        if (length > MAX_EXTENSION) return stoppedBy("the header of a file with a shorter name");
        named = { ...named, ...extension(type, at(begin, length)) };
      } else {
        if (type === "" || type === "0" || type === "7") {
          files.push({ name: named.name ?? nameOf(header), begin, size: length });
        }
        named = {};
      }
      position = begin + Math.ceil(length / BLOCK) * BLOCK;
    }
    if (position > size) {
      position = size;
      return stoppedBy("followed by the rest of a block");
    }
    return { files, damage: undefined };
  });
}

/** The files of an archive that has to be whole. Throws InputError. */
export function wholeTar(path: string): readonly TarFile[] {
  const { files, damage } = indexTar(path);
  if (damage !== undefined) throw new InputError(`${path}: ${damage}`);
  return files;
}

/** Headers that say more of the file behind them: GNU's long names, pax's records. */
const EXTENDING = /^[LKxg]$/;
const MAX_EXTENSION = 2 ** 20;

const WINDOW = 2 ** 16;

/** Reads a window at a time, for headers of small files lie close together. */
function windowed(read: ReadRange, size: number): (begin: number, length: number) => Uint8Array {
  let [from, bytes] = [0, new Uint8Array()];
  return (begin, length) => {
    if (begin < from || begin + length > from + bytes.length) {
      from = begin;
      bytes = Uint8Array.from(read(begin, Math.min(size, begin + Math.max(length, WINDOW))));
    }
    return bytes.subarray(begin - from, begin - from + length);
  };
}

/** Whether the sum of a header's bytes is what it says, its own field counted as spaces. */
function isSound(header: Uint8Array): boolean {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  return sum === Number.parseInt(textOf(header, 148, 156).trim(), 8);
}

/** The length of the file: octal digits, or bytes from the highest on if it begins with 0x80. */
function numberOf(header: Uint8Array): number {
  if (header[124] !== 0x80) return Number.parseInt(textOf(header, 124, 136).trim() || "0", 8);
  return header.subarray(125, 136).reduce((value, byte) => value * 256 + byte, 0);
}

function nameOf(header: Uint8Array): string {
  const isPosix = textOf(header, 257, 263) === "ustar";
  const prefix = isPosix ? textOf(header, 345, 500) : "";
  return prefix === "" ? textOf(header, 0, 100) : `${prefix}/${textOf(header, 0, 100)}`;
}

/** What an extending header says of the file behind it. */
function extension(type: string, body: Uint8Array): Partial<TarFile> {
  if (type === "L") return { name: textOf(body, 0, body.length) };
  if (type !== "x") return {};
  const records = new Map(paxRecords(body));
  const [name, size] = [records.get("path"), records.get("size")];
  return { ...(name !== undefined && { name }), ...(size !== undefined && { size: Number(size) }) };
}

/** Records "LENGTH KEY=VALUE\n", whose length counts all of it in bytes. */
function* paxRecords(body: Uint8Array): Generator<[key: string, value: string]> {
  let rest = body;
  while (rest.length > 0) {
    const length = Number.parseInt(textOf(rest, 0, rest.indexOf(32)), 10);
    if (!(length > 0)) return;
    const record = new TextDecoder().decode(rest.subarray(rest.indexOf(32) + 1, length - 1));
    const at = record.indexOf("=");
    yield [record.slice(0, at), record.slice(at + 1)];
    rest = rest.subarray(length);
  }
}

/** Text up to the first NUL. */
function textOf(bytes: Uint8Array, begin: number, end: number): string {
  const field = bytes.subarray(begin, end);
  const nul = field.indexOf(0);
  return new TextDecoder().decode(nul < 0 ? field : field.subarray(0, nul));
}
