import { InputError } from "../errors.js";

/** The key under which the format keeps its metadata; no tensor may have it. */
export const METADATA_KEY = "__metadata__";

/** Names that would reach an object's prototype in a careless reader. */
const PROTOTYPE_NAMES = new Set(["__proto__", "constructor", "prototype"]);

/** Throws InputError if a tensor or a metadata entry may not have this name. */
export function checkName(name: string): void {
  if (PROTOTYPE_NAMES.has(name)) {
    throw new InputError(
      `safetensors names must not be ${[...PROTOTYPE_NAMES].join(", ")}; got ${quoted(name)}; rename it`,
    );
  }
  if (hasLoneSurrogate(name)) {
    throw new InputError(`safetensors names must be valid Unicode; got ${quoted(name)}; rename it`);
  }
}

/** True if the text can't be written as UTF-8. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/** A text from a file as error messages print it: on one line, without control characters, at most `limit` characters. */
export function quoted(text: string, limit = 60): string {
  const short = text.length > limit ? `${text.slice(0, limit)}...` : text;
  return JSON.stringify(short).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
