import { InputError } from "../../errors.js";
import { readBytes, readParts } from "../../files/read.js";
import { ImageFailure } from "../image-failure.js";

/** A file, or a part of one. */
export interface Located {
  readonly path: string;
  /** Bytes `begin` to `end` (exclusive); undefined for the whole file. */
  readonly part?: readonly [begin: number, end: number];
}

/** A caption: as it stands, in a file, or under "caption" in a JSON file. */
export type CaptionSource =
  | { readonly text: string }
  | { readonly file: Located }
  | { readonly json: Located };

/** A pair as an input names it. */
export interface PackEntry {
  /** File and position, for reports. */
  readonly where: string;
  readonly pair: { readonly image: Located; readonly caption: CaptionSource } | ImageFailure;
}

/** The bytes of an entry's image. Throws ImageFailure if they can't be read. */
export function readLocated({ path, part }: Located): Uint8Array {
  try {
    return part === undefined ? readBytes(path) : readParts(path, (read) => read(...part));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const isMissing = error.message.includes("there is no such file");
    throw new ImageFailure(isMissing ? "no such file" : "unreadable", error.message);
  }
}

/** The text of an entry's caption, without white space around it. Throws ImageFailure if there is none. */
export function readCaption(source: CaptionSource): string {
  const caption = captionIn(source).trim();
  if (caption !== "") return caption;
  throw new ImageFailure("no caption", "it is empty");
}

function captionIn(source: CaptionSource): string {
  if ("text" in source) return source.text;
  return "file" in source
    ? captionFrom(readLocated(source.file), "text")
    : captionFrom(readLocated(source.json), "json");
}

/** The caption in a file's bytes: all of them, or "caption" in their JSON. Throws ImageFailure. */
export function captionFrom(bytes: Uint8Array, kind: "text" | "json"): string {
  const text = decodeText(bytes);
  if (kind === "text") return text;
  const value = parsed(text);
  const isObject = typeof value === "object" && value !== null;
  if (isObject && "caption" in value && typeof value.caption === "string") return value.caption;
  throw new ImageFailure("no caption", 'its JSON has no text under "caption"');
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ImageFailure("unreadable", "the caption is not UTF-8");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ImageFailure("unreadable", "the caption is not JSON");
  }
}
