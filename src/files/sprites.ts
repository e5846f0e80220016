import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { parseSprites, type Sprites } from "../data/sprites.js";
import { InputError } from "../errors.js";
import { assetPath } from "./assets.js";
import { parseFile } from "./read.js";

/**
 * The drawings in `sprites.json` and `sprites.bin` (zlib-deflated RGBA) of a folder, by default those that ship with
 * the package. Throws InputError if a file can't be read or is damaged.
 */
export function loadSprites(folder = assetPath("")): Sprites {
  const pixels = parseFile(join(folder, "sprites.bin"), inflated);
  return parseFile(join(folder, "sprites.json"), (bytes) => parseSprites(parsedJson(bytes), pixels));
}

function inflated(bytes: Uint8Array): Uint8Array {
  try {
    return inflateSync(bytes);
  } catch (error) {
    throw damaged(error);
  }
}

function parsedJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(error: unknown): InputError {
  const reason = error instanceof Error ? error.message : String(error);
  return new InputError(`this sprite file is damaged (${reason}); install pellucid again`);
}
