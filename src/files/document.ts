import { InputError } from "../errors.js";
import { type Explanation, parseExplanation } from "../explain/schema.js";
import { readExplanation } from "./explained-png.js";
import { parseFile } from "./read.js";

/** The explanation that `generate` wrote: a JSON file, or a PNG that carries it. Throws InputError if there is none of this version. */
export const readDocument = (path: string): Explanation =>
  parseFile(path, (bytes) => (isPng(bytes) ? readExplanation(bytes) : parseExplanation(jsonIn(bytes))));

const isPng = (bytes: Uint8Array): boolean => [0x89, 0x50, 0x4e, 0x47].every((byte, i) => bytes[i] === byte);

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new InputError("this is no JSON; give the explanation.json or image.png that generate wrote");
  }
}
