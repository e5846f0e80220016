import type { EncodedPrompt } from "../model/prompt-encoder.js";
import type { PlacedWord } from "./examples.js";
import type { Grounding } from "./grounding.js";

/** A word of a caption, as the network's rows and as pixels. */
export interface GroundedWord {
  /** Rows of the network's context that stand for it, never empty. */
  readonly rows: readonly number[];
  /** The pixels that it is about in 0..255, or null if it is about none. */
  readonly place: Uint8Array | null;
  /** The share of the content in its place that it is asked for. */
  readonly share: number;
}

/**
 * The word of a caption that a step asks about: one with pixels of its own, or sometimes any word.
 *
 * `uniform` draws from [0, 1). Undefined if the caption has no such word.
 */
export function groundedWord(
  words: readonly PlacedWord[],
  { tokens, tokenOf }: EncodedPrompt,
  uniform: () => number,
  { anyWord, share }: Pick<Grounding, "anyWord" | "share">,
): GroundedWord | undefined {
  const shares: Partial<Record<PlacedWord["slot"], number>> = share;
  const known = words.map(({ slot, start, end, place }): GroundedWord => {
    const stands = (token: EncodedPrompt["tokens"][number]) =>
      token.word !== null && token.start < end && token.end > start;
    const rows = tokenOf.flatMap((token, row) => (stands(tokens[token]!) ? [row] : []));
    const isShown = place?.some((value) => value > 0) ?? false;
    return {
      rows,
      place: isShown ? place : null,
      share: shares[slot] ?? 0,
    };
  });
  const isAny = uniform() < anyWord;
  const candidates = known.filter(({ rows, place }) => rows.length > 0 && (isAny || place !== null));
  return candidates[Math.floor(uniform() * candidates.length)];
}
