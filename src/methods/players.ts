import { type TokenGroup, tokenGroups } from "../explain/words.js";
import type { EncodedPrompt } from "../model/prompt-encoder.js";

/** The tokens of each player: the prompt's words, then the tokens that belong to no word, one by one. */
export function playersOf({ tokens, encoding }: EncodedPrompt): readonly TokenGroup[] {
  const strays = tokens.flatMap(({ word }, token) => (word === null ? [{ tokens: [token] }] : []));
  return [...tokenGroups(tokens, encoding.words.length), ...strays];
}

/** The sum of each player's rows; `rows` holds one of `length` values per token. */
export function sumByPlayer(
  players: readonly TokenGroup[],
  rows: Float32Array,
  length: number,
): Float32Array[] {
  return players.map(({ tokens }) => {
    const sum = new Float32Array(length);
    for (const token of tokens) {
      for (let i = 0; i < length; i++) sum[i]! += rows[token * length + i]!;
    }
    return sum;
  });
}
