import { crc32 } from "../../src/pytorch/crc32.js";

/** A file inside a zip file, and what the zip file claims of it where that is not the truth. */
export interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly localName?: string;
  readonly crc?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly size?: number;
  readonly stored?: number;
  readonly begin?: number;
}

/** What the end records claim where that is not the truth. */
export interface End {
  readonly entries?: number;
  readonly begin?: number;
  readonly bytes?: number;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Little-endian numbers of 2, 4 or 8 bytes, and bytes, one behind the other. */
export function packed(
  ...fields: readonly (readonly [width: 2 | 4 | 8, value: number] | Uint8Array)[]
): Uint8Array {
  return Uint8Array.from(
    fields.flatMap((field) => {
      if (field instanceof Uint8Array) return [...field];
      const [width, value] = field;
      return Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) % 256);
    }),
  );
}

export const joined = (...pieces: readonly Uint8Array[]): Uint8Array => packed(...pieces);

/** A zip file of stored parts, with 64-bit end records as PyTorch writes them. */
export function zipOf(parts: readonly Part[], end: End = {}): Uint8Array {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let at = 0;
  for (const {
    name,
    bytes,
    localName = name,
    crc = crc32(bytes),
    method = 0,
    flags = 0x800,
    ...claim
  } of parts) {
    const { size = bytes.length, stored = size, begin = at } = claim;
    const own = utf8(localName);
    // sizes are left to the directory, as in files written in one go
    const header = packed(
      [4, 0x04034b50],
      [2, 0],
      [2, flags | 8],
      [2, method],
      [4, 0],
      [4, 0],
      [8, 0],
      [2, own.length],
    );
    const written = joined(header, packed([2, 0]), own, bytes);
    local.push(written);
    at += written.length;
    const long = utf8(name);
    const sizes = packed(
      [4, crc],
      [4, stored],
      [4, size],
      [2, long.length],
      [2, 0],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
    );
    const start = packed([4, 0x02014b50], [2, 0], [2, 0], [2, flags], [2, method], [4, 0]);
    central.push(joined(start, sizes, packed([4, begin]), long));
  }
  const directory = joined(...central);
  const { entries = parts.length, bytes = directory.length, begin = at } = end;
  const end64 = packed(
    [4, 0x06064b50],
    [8, 44],
    [4, 0],
    [8, 0],
    [8, entries],
    [8, entries],
    [8, bytes],
    [8, begin],
  );
  const locator = packed([4, 0x07064b50], [4, 0], [8, at + directory.length], [4, 1]);
  const last = packed(
    [4, 0x06054b50],
    [4, 0],
    [2, Math.min(entries, 0xffff)],
    [2, Math.min(entries, 0xffff)],
    [4, bytes],
    [4, begin],
    [2, 0],
  );
  return joined(...local, directory, end64, locator, last);
}

/** A checkpoint with this pickle and storages by key. */
export function checkpointOf(
  pickle: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>> = {},
): Uint8Array {
  return zipOf([
    { name: "archive/data.pkl", bytes: pickle },
    ...Object.entries(storages).map(([key, bytes]) => ({ name: `archive/data/${key}`, bytes })),
    { name: "archive/version", bytes: utf8("3\n") },
  ]);
}
