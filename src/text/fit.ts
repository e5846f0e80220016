import { encode } from "./bpe.js";
import type { Vocabulary } from "./vocabulary.js";

/** The words at the beginning of a text that take at most `maxTokens` tokens together: a caption from elsewhere may be of any length. */
export function fittingWords(vocabulary: Vocabulary, text: string, maxTokens: number): string {
  const { tokens, words } = encode(vocabulary, text);
  if (tokens.length <= maxTokens) return text;
  const fitting = words.filter(({ tokens: own }) => own.every((token) => token < maxTokens));
  return text.slice(0, fitting.at(-1)?.end ?? 0);
}
