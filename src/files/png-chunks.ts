import { InputError } from "../errors.js";

/** One part of a PNG file: a type of four letters and its data. */
export type Chunk = { readonly type: string; readonly data: Uint8Array };

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A chunk's length, type and check sum, four bytes each. */
const FRAME_BYTES = 12;

/**
 * Takes a PNG file apart (W3C PNG, section 5); the data are views of `png`.
 * Throws InputError if it is no PNG file, is cut off or a check sum is wrong.
 */
export function splitChunks(png: Uint8Array): Chunk[] {
  if (SIGNATURE.some((byte, i) => png[i] !== byte)) {
    throw new InputError("a PNG file starts with the PNG signature; got other bytes; choose a PNG file");
  }
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; chunks.at(-1)?.type !== "IEND"; ) {
    const length = at + FRAME_BYTES <= png.length ? view.getUint32(at) : 0;
    const end = at + FRAME_BYTES + length;
    if (end > png.length) {
      throw new InputError(
        `the PNG file is cut off: expected ${end} bytes or more; got ${png.length}; save it again`,
      );
    }
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (view.getUint32(end - 4) !== crc32(png.subarray(at + 4, end - 4))) {
      throw new InputError(`the PNG file is damaged: wrong check sum at byte ${at}; save it again`);
    }
    chunks.push({ type, data: png.subarray(at + 8, end - 4) });
    at = end;
  }
  if (chunks[0]?.type !== "IHDR")
    throw new InputError("a PNG file starts with IHDR; got another chunk; save it again");
  return chunks;
}

/** Puts a PNG file together. */
export function joinChunks(chunks: readonly Chunk[]): Uint8Array<ArrayBuffer> {
  const length = chunks.reduce((sum, { data }) => sum + FRAME_BYTES + data.length, SIGNATURE.length);
  const png = new Uint8Array(length);
  const view = new DataView(png.buffer);
  png.set(SIGNATURE);
  let at = SIGNATURE.length;
  for (const { type, data } of chunks) {
    const end = at + FRAME_BYTES + data.length;
    view.setUint32(at, data.length);
    png.set(new TextEncoder().encode(type), at + 4);
    png.set(data, at + 8);
    view.setUint32(end - 4, crc32(png.subarray(at + 4, end - 4)));
    at = end;
  }
  return png;
}

// Node has this sum only from 20.15 on
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The cyclic redundancy check of ISO 3309, which PNG and zip use. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
