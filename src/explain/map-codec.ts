import { InputError } from "../errors.js";
import type { ExplanationMaps } from "./schema.js";

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
  const words = maps.map((map) => btoa(String.fromCharCode(...toBytes(map, scale))));
  return { form, encoding: "uint8-base64", scale, words };
}

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
