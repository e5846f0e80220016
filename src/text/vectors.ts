import { UsageError } from "../errors.js";
import type { Encoding } from "./bpe.js";
import { randomUnitVector } from "./random-vector.js";
import type { WordTable } from "./word-table.js";

/** A frozen way of giving tokens vectors. Learnt vectors are rows of a parameter instead: see `oneHotRows`. */
export type TokenVectors =
  /** Meaning and identity side by side: the word's vector, then a random one of the token's own. */
  | { readonly kind: "meaning"; readonly width: number; readonly seed: number; readonly table: WordTable }
  /** Identity alone: a random vector of the token's own. */
  | { readonly kind: "random"; readonly width: number; readonly seed: number };

/** Length of each of the two halves, so that a token of a known word has a length near 1. */
const HALF_LENGTH = 0.7;

/**
 * The vectors of a prompt's tokens, [tokens, width], row-major.
 *
 * With `meaning`, all tokens of a word share the word's vector (length 0.7; zeros if the table does not have it), which
 * brings words that were never trained near their kin; what tells red from blue and two from three, whose meanings
 * are nearly parallel, is the token's random vector in the other dimensions (length 0.7). With `random`, all dimensions
 * are the token's random vector, of length 1. A random vector depends on (token id, seed) alone.
 *
 * @throws UsageError if the width leaves no room for the random part.
 */
export function tokenVectors(source: TokenVectors, { tokens, words }: Encoding): Float32Array<ArrayBuffer> {
  const { width, seed } = source;
  const meaningWidth = source.kind === "meaning" ? source.table.width : 0;
  if (!Number.isSafeInteger(width) || width <= meaningWidth) {
    throw new UsageError(`the width of token vectors must be an integer above ${meaningWidth}; got ${width}`);
  }
  const scale = source.kind === "meaning" ? HALF_LENGTH : 1;
  const rows = new Float32Array(tokens.length * width); // [tokens, width]
  for (const [index, token] of tokens.entries()) {
    const row = rows.subarray(index * width, (index + 1) * width);
    row.set(randomUnitVector(seed, token.id, width - meaningWidth), meaningWidth);
    if (source.kind === "meaning") row.set(source.table.vectorOf(words[token.word]!.text) ?? []);
    for (let i = 0; i < width; i++) row[i]! *= scale;
  }
  return rows;
}

/** The token ids that occur in some encodings, ascending: the rows of a learnt table. */
export function idsInUse(encodings: Iterable<Encoding>): number[] {
  const ids = new Set<number>();
  for (const encoding of encodings) for (const token of encoding.tokens) ids.add(token.id);
  return [...ids].sort((a, b) => a - b);
}

/** Row of each token in a learnt table of the given ids; -1 for a token that the table does not know. */
export function learntRows(ids: readonly number[], { tokens }: Encoding): Int32Array<ArrayBuffer> {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  return Int32Array.from(tokens, (token) => rowOf.get(token.id) ?? -1);
}

/** Selects each token's row of a learnt table: one-hot [tokens, ids], zeros for a token that it does not know. */
export function oneHotRows(ids: readonly number[], encoding: Encoding): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(encoding.tokens.length * ids.length);
  for (const [index, row] of learntRows(ids, encoding).entries()) {
    if (row >= 0) rows[index * ids.length + row] = 1;
  }
  return rows;
}
