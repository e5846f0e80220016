import { InputError } from "../errors.js";
import { sharedScale } from "./maps.js";
import type { ExplanationMaps, WordMagnitudes } from "./schema.js";

/** Maps as a document holds them. */
export interface EncodedMaps<Form extends string> extends Omit<ExplanationMaps, "form"> {
  readonly form: Form;
}

/** Packs maps of values >= 0 as one byte a pixel, 255 standing for `scale`, which all of them share. */
export function encodeMaps<Form extends string>(
  form: Form,
  maps: readonly Float32Array[],
  scale: number,
): EncodedMaps<Form> {
  return { form, encoding: "uint8-base64", scale, words: maps.map((map) => encodeMap(map, scale)) };
}

/** Packs maps of values >= 0 as one byte a pixel, each on a scale of its own: exact to 1/255 of it, however small the map. */
export function encodeMagnitudes(maps: readonly Float32Array[]): WordMagnitudes {
  const scales = maps.map((map) => sharedScale([map]));
  return {
    encoding: "uint8-base64",
    scales,
    words: maps.map((map, word) => encodeMap(map, scales[word]!)),
  };
}

/** The magnitudes [H, W] of a document; throws InputError if one has not `pixels` values, or no scale. */
export function decodeMagnitudes(
  { encoding, scales, words }: WordMagnitudes,
  pixels: number,
): Float32Array[] {
  return words.map((text, word) => {
    const scale = scales[word];
    if (scale === undefined) throw new InputError(`map of word ${word} has no scale`);
    return decodeMaps({ form: "magnitude", encoding, scale, words: [text] }, pixels)[0]!;
  });
}

const encodeMap = (map: Float32Array, scale: number): string =>
  // In pieces, for a call takes only so many arguments.
  btoa(Array.from(toBytes(map, scale), (byte) => String.fromCharCode(byte)).join(""));

/** The maps [H, W] of a document, to 1/255 of their scale; throws InputError if one has not `pixels` values. */
export function decodeMaps(maps: EncodedMaps<string>, pixels: number): Float32Array[] {
  return maps.words.map((text, word) => {
    const bytes = bytesOf(text, word);
    if (bytes.length !== pixels)
      throw new InputError(`map of word ${word} must have ${pixels} pixels; got ${bytes.length}`);
    return Float32Array.from(bytes, (byte) => (byte / 255) * maps.scale);
  });
}

function toBytes(map: Float32Array, scale: number): Uint8Array {
  return Uint8Array.from(map, (value) => Math.round(255 * Math.min(1, Math.max(0, value / scale))));
}

function bytesOf(text: string, word: number): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new InputError(`map of word ${word} is not base64`);
  }
}
