import { InputError } from "../errors.js";
import { type Font, parseFont } from "../figure/font.js";
import { assetPath } from "./assets.js";
import { parseFile } from "./read.js";

/** The font that ships with the package. Throws InputError if the file can't be read or is damaged. */
export function loadFont(path = assetPath("font.json")): Font {
  return parseFile(path, (bytes) => parseFont(parsedJson(new TextDecoder().decode(bytes))));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError("this font file is damaged; install pellucid again");
  }
}
