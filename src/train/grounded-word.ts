import type { Masks } from "../data/compose.js";
import { maskFor, type Scene } from "../data/scene.js";
import type { EncodedPrompt } from "../model/prompt-encoder.js";
import type { Grounding } from "./grounding.js";

/** A word of a caption, as the network's rows and as pixels. */
export interface GroundedWord {
  /** Rows of the network's context that stand for it, never empty. */
  readonly rows: readonly number[];
  /** The part of the picture that it is about, or null if it is about none. */
  readonly part: keyof Masks | null;
}

/**
 * The word of a scene's caption that a step asks about: one with a part of the picture, or sometimes any word.
 *
 * `uniform` draws from [0, 1). Undefined if the caption has no such word.
 */
export function groundedWord(
  { words, masks }: Scene,
  { tokens, tokenOf }: EncodedPrompt,
  uniform: () => number,
  { anyWord }: Pick<Grounding, "anyWord">,
): GroundedWord | undefined {
  const known = words.map(({ slot, start, end }): GroundedWord => {
    const part = maskFor(slot);
    const isShown = part !== null && masks[part].some((value) => value > 0);
    const stands = (token: EncodedPrompt["tokens"][number]) =>
      token.word !== null && token.start < end && token.end > start;
    const rows = tokenOf.flatMap((token, row) => (stands(tokens[token]!) ? [row] : []));
    return { rows, part: isShown ? part : null };
  });
  const isAny = uniform() < anyWord;
  const candidates = known.filter(({ rows, part }) => rows.length > 0 && (isAny || part !== null));
  return candidates[Math.floor(uniform() * candidates.length)];
}
