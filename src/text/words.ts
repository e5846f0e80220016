import { UsageError } from "../errors.js";
import type { Encoding, Word } from "./bpe.js";

/**
 * Adds up what belongs to a word's tokens, so that a sum over words is the sum over tokens.
 *
 * `rows` is [tokens, width], row-major, of any width: a number per token, a vector, a whole picture. Returns
 * [words, width]; sums are taken in double precision.
 *
 * @throws UsageError if `rows` is not a whole number of values per token.
 */
export function sumByWord({ tokens, words }: Encoding, rows: Float32Array): Float32Array<ArrayBuffer> {
  const width = tokens.length === 0 ? 0 : rows.length / tokens.length;
  if (!Number.isInteger(width) || width * tokens.length !== rows.length) {
    throw new UsageError(
      `rows must hold the same number of values for each of ${tokens.length} tokens; got ${rows.length}`,
    );
  }
  const sums = new Float32Array(words.length * width); // [words, width]
  for (const [index, word] of words.entries()) {
    const sum = new Float64Array(width);
    for (const token of word.tokens) {
      for (let i = 0; i < width; i++) sum[i]! += rows[token * width + i]!;
    }
    sums.set(sum, index * width);
  }
  return sums;
}

/** Indices of the words that share a character with the span [start, end) of the prompt. */
export function wordsInSpan(encoding: Encoding, start: number, end: number): number[] {
  return overlapping(encoding.words, start, end);
}

/** Indices of the tokens that share a character with the span [start, end) of the prompt. */
export function tokensInSpan(encoding: Encoding, start: number, end: number): number[] {
  return overlapping(encoding.tokens, start, end);
}

/** A word as the prompt spells it, with its capitals and accents. */
export function originalText(encoding: Encoding, word: Word): string {
  return encoding.prompt.slice(word.start, word.end);
}

function overlapping(
  spans: readonly { readonly start: number; readonly end: number }[],
  start: number,
  end: number,
): number[] {
  return spans.flatMap((span, index) => (span.start < end && start < span.end ? [index] : []));
}
