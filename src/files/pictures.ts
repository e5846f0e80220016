import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "../errors.js";
import { fileError } from "./file-error.js";
import { decodePng } from "./png.js";
import { readBytes } from "./read.js";

/** What `generate` and `data` write beside pictures. */
const BESIDE = /^(explanation(\.[\w-]+)?|without-\d+|sheet)\.png$|\.masks\.png$/;

/**
 * The pictures of a folder and its subfolders as bytes [side, side, 3], by name, the first `count` of them: every PNG but
 * figures, masks and sheets. Throws InputError if one can't be read, is of another size or not opaque.
 */
export async function readPictures(folder: string, side: number, count?: number): Promise<Uint8Array[]> {
  const pictures: Uint8Array[] = [];
  for (const name of pngNames(folder).slice(0, count)) {
    const path = join(folder, name);
    const { width, height, data } = await decodePng(readBytes(path)).catch((error: unknown) => {
      throw error instanceof InputError ? new InputError(`${path}: ${error.message}`) : error;
    });
    if (width !== side || height !== side) {
      throw new InputError(
        `${path} must be ${side} x ${side} pixels; got ${width} x ${height}; leave it out or resize it`,
      );
    }
    const rgb = new Uint8Array(side * side * 3); // [S, S, 3]
    for (let i = 0; i < side * side; i++) {
      if (data[i * 4 + 3] !== 255) {
        throw new InputError(
          `${path} must be opaque; got transparent pixels; save it without an alpha channel`,
        );
      }
      rgb.set(data.subarray(i * 4, i * 4 + 3), i * 3);
    }
    pictures.push(rgb);
  }
  return pictures;
}

function pngNames(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.toLowerCase().endsWith(".png") && !BESIDE.test(basename(name)))
      .toSorted();
  } catch (error) {
    throw fileError("read", folder, error);
  }
}
