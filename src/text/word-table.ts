import { InputError } from "../errors.js";
import type { TensorView } from "../safetensors/types.js";

/** Unit vectors of words, so that words of like meaning point in like directions. */
export interface WordTable {
  readonly width: number;
  readonly words: readonly string[];
  /** By the word as the tokenizer cleans it; undefined if the table does not have it. */
  vectorOf(word: string): Float32Array | undefined;
}

/** What a table is made from: vectors of one width by word. */
export interface WordVectors {
  readonly width: number;
  readonly vectors: ReadonlyMap<string, Float32Array>;
}

/** A safetensors file's content. */
export interface Tensors {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorView>;
}

const LARGEST = 127;

/** Stores a table in one byte a number; only directions are kept, for lengths are all 1. */
export function quantiseWordTable({ width, vectors }: WordVectors): Tensors {
  const bytes = new Int8Array(vectors.size * width); // [N, width]
  let row = 0;
  for (const vector of vectors.values()) {
    const scale = LARGEST / vector.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    bytes.set(
      vector.map((value) => Math.round(value * scale)),
      row,
    );
    row += width;
  }
  const view: TensorView = { dtype: "I8", shape: [vectors.size, width], bytes: new Uint8Array(bytes.buffer) };
  return { metadata: { words: [...vectors.keys()].join(" ") }, tensors: new Map([["vectors", view]]) };
}

/**
 * Reads a table back: tensor `vectors`, I8 [N, width], and N words in the metadata, with a space between two.
 *
 * @throws InputError if these are not there or don't fit together.
 */
export function readWordTable({ metadata, tensors }: Tensors): WordTable {
  const view = tensors.get("vectors");
  const words = (metadata.words ?? "").split(" ").filter((word) => word !== "");
  const [count, width] = view?.shape ?? [];
  if (view?.dtype !== "I8" || view.shape.length !== 2 || count !== words.length || !width) {
    const got = view === undefined ? "no such tensor" : `${view.dtype} [${view.shape.join(",")}]`;
    throw new InputError(
      `a word table must hold vectors, I8 [${words.length},width], one for each of its words; got ${got}`,
    );
  }
  const all = new Int8Array(view.bytes.buffer, view.bytes.byteOffset, view.bytes.length);
  const rows = new Map(words.map((word, row) => [word, row]));
  const vectorOf = (word: string) => {
    const row = rows.get(word);
    return row === undefined ? undefined : unit(all.subarray(row * width, (row + 1) * width));
  };
  return { width, words, vectorOf };
}

/** The vector at length 1; one of zeros stays as it is. */
function unit(vector: Int8Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(vector, (value) => (length === 0 ? 0 : value / length));
}
