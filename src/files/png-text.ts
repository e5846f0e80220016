import { deflateSync, inflateSync } from "node:zlib";
import { InputError } from "../errors.js";
import { type Chunk, joinChunks, splitChunks } from "./png-chunks.js";

/** Compressed text of a foreign file may grow to this many bytes; more is an attack on memory. */
const MAX_TEXT_BYTES = 16 * 2 ** 20;

/** Texts of so many bytes are worth compressing; shorter ones stay readable in the file as it is. */
const COMPRESSED_FROM = 4096;

/** Chunks that hold a text: Latin-1, compressed Latin-1, UTF-8. */
const TEXT_TYPES = new Set(["tEXt", "zTXt", "iTXt"]);

/**
 * Adds texts (keyword -> text) to a PNG file, replacing those of the same keywords: tEXt where the text is printable
 * Latin-1, iTXt otherwise, compressed if it is long (W3C PNG, section 11.3.3).
 * Throws InputError if the PNG is damaged, a keyword is not 1 to 79 printable ASCII characters, or a text can't be stored.
 */
export function withText(png: Uint8Array, texts: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const kept = splitChunks(png).filter(
    (chunk) => !TEXT_TYPES.has(chunk.type) || !Object.hasOwn(texts, parseText(chunk).keyword),
  );
  const added = Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text));
  return joinChunks([...kept.slice(0, 1), ...added, ...kept.slice(1)]); // IHDR stays first
}

/**
 * The texts of a PNG file (keyword -> text), compressed ones too; of texts with equal keywords, the first.
 * Throws InputError if the PNG is damaged.
 */
export function readText(png: Uint8Array): Map<string, string> {
  const texts = new Map<string, string>();
  for (const chunk of splitChunks(png)) {
    if (!TEXT_TYPES.has(chunk.type)) continue;
    const { keyword, decode } = parseText(chunk);
    if (!texts.has(keyword)) texts.set(keyword, decode());
  }
  return texts;
}

function textChunk(keyword: string, text: string): Chunk {
  if (!/^[!-~]([ -~]{0,77}[!-~])?$/.test(keyword)) {
    throw new InputError(
      `a PNG keyword must be 1 to 79 printable ASCII characters; got ${JSON.stringify(keyword.slice(0, 99))}; rename it`,
    );
  }
  if (/[\0\p{Surrogate}]/u.test(text)) {
    throw new InputError(
      `PNG text must be Unicode without NUL characters; got other text for ${keyword}; remove them`,
    );
  }
  const bytes = new TextEncoder().encode(text);
  if (bytes.length >= COMPRESSED_FROM && bytes.length <= MAX_TEXT_BYTES) {
    return { type: "iTXt", data: Buffer.concat([Buffer.from(`${keyword}\0\x01\0\0\0`), deflateSync(bytes)]) };
  }
  if (/^[\n -~\u00a1-\u00ff]*$/.test(text)) {
    return {
      type: "tEXt",
      data: Uint8Array.from(`${keyword}\0${text}`, (character) => character.charCodeAt(0)),
    };
  }
  // keyword, not compressed, no method, no language, no translated keyword
  return { type: "iTXt", data: Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`), bytes]) };
}

function parseText({ type, data }: Chunk): { readonly keyword: string; readonly decode: () => string } {
  const keywordEnd = nulFrom(data, 0);
  const keyword = latin1(data.subarray(0, keywordEnd));
  const body = data.subarray(keywordEnd + 1);
  if (type === "tEXt") return { keyword, decode: () => latin1(body) };
  if (type === "zTXt") return { keyword, decode: () => latin1(inflate(body.subarray(1))) };
  const textStart = nulFrom(body, nulFrom(body, 2) + 1) + 1; // behind the language and the translated keyword
  const text = body.subarray(textStart);
  return { keyword, decode: () => utf8(body[0] === 1 ? inflate(text) : text) };
}

function nulFrom(data: Uint8Array, start: number): number {
  const at = data.indexOf(0, start);
  if (at < 0)
    throw new InputError(
      "a PNG text chunk has a keyword and a text; got no end of the keyword; save it again",
    );
  return at;
}

function inflate(data: Uint8Array): Uint8Array {
  try {
    return inflateSync(data, { maxOutputLength: MAX_TEXT_BYTES });
  } catch {
    throw new InputError(
      "compressed PNG text must be zlib data of at most 16 MiB; got other data; save it again",
    );
  }
}

function utf8(data: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new InputError("PNG international text must be UTF-8; got other bytes; save it again");
  }
}

/** Not TextDecoder's "latin1", which is windows-1252. */
function latin1(data: Uint8Array): string {
  return Buffer.from(data).toString("latin1");
}
