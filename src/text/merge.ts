import { BYTES, pairKey, type Vocabulary } from "./vocabulary.js";

/** A token and the span [start, end) of its word's UTF-8 bytes. */
export interface Piece {
  readonly token: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The byte-pair tokens of one word: the earliest merge that any neighbours allow is applied to all of them from the
 * left, until none is left (Sennrich et al. 2016).
 *
 * A merge's product only takes part in later merges, so each merge is met once, and a word of 100,000 letters is no
 * trouble.
 */
export function mergeWord(vocabulary: Vocabulary, bytes: Uint8Array): Piece[] {
  const length = bytes.length;
  // Pieces are named by their first byte; `tokens` is undefined where a piece was joined to the one before it.
  const tokens = Array.from(bytes, (byte, i): number | undefined => {
    return vocabulary.byteTokens[byte]! + (i === length - 1 ? BYTES : 0);
  });
  const ends = Array.from(bytes, (_, i) => i + 1);
  const previous = Array.from(bytes, (_, i) => i - 1);
  const waiting = new Map<number, number[]>();

  const productAt = (start: number): number | undefined => {
    const left = tokens[start];
    const right = tokens[ends[start]!];
    return left === undefined || right === undefined
      ? undefined
      : vocabulary.merges.get(pairKey(left, right));
  };
  const wait = (start: number): void => {
    const product = productAt(start);
    if (product === undefined) return;
    const starts = waiting.get(product);
    if (starts === undefined) waiting.set(product, [start]);
    else starts.push(start);
  };

  for (let start = 0; start < length; start++) wait(start);
  while (waiting.size > 0) {
    const product = smallest(waiting.keys());
    const starts = waiting.get(product)!.sort((a, b) => a - b);
    waiting.delete(product);
    for (const start of starts) {
      if (productAt(start) !== product) continue;
      const right = ends[start]!;
      tokens[start] = product;
      tokens[right] = undefined;
      ends[start] = ends[right]!;
      if (ends[start]! < length) previous[ends[start]!] = start;
      wait(start);
      if (start > 0) wait(previous[start]!);
    }
  }
  return tokens.flatMap((token, start) => (token === undefined ? [] : [{ token, start, end: ends[start]! }]));
}

function smallest(values: Iterable<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const value of values) least = Math.min(least, value);
  return least;
}
