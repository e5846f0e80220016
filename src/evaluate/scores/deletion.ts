import { InputError, UsageError } from "../../errors.js";

/**
 * What masking these tokens (indices in the prompt, ascending) changes: a distance from the picture of the whole prompt,
 * with the same seed. 0 is no change. Masking nothing is never asked for: its effect is 0.
 */
export type MaskingEffect = (tokens: readonly number[]) => number | Promise<number>;

/** Likeness to the picture of the whole prompt, against the fraction of tokens that were masked or put back. */
export interface Curve {
  /** From 0 to 1, both included. */
  readonly fractions: readonly number[];
  /** 1 - effect. */
  readonly values: readonly number[];
  /** Area under the curve, by trapezoids over the actual fractions. */
  readonly area: number;
}

/**
 * Deletion curve with tokens as the players: tokens are masked from most to least relevant, and a faithful ranking makes
 * the curve fall early, to a small area (Petsiuk et al. 2018).
 *
 * Tokens of equal relevance are masked together, so that their order in the prompt does not matter. Throws UsageError
 * without tokens, InputError for a relevance or an effect that is not finite.
 */
export function deletionCurve(relevance: readonly number[], effect: MaskingEffect): Promise<Curve> {
  const sets = leadingSets(relevance).map((masked) => ({ done: masked.length, masked }));
  return curve(sets, relevance.length, effect);
}

/** Insertion curve: all tokens are masked, and put back from most to least relevant; a faithful ranking makes a large area. Otherwise as `deletionCurve`. */
export function insertionCurve(relevance: readonly number[], effect: MaskingEffect): Promise<Curve> {
  const sets = leadingSets(relevance).map((kept) => ({
    done: kept.length,
    masked: [...relevance.keys()].filter((token) => !kept.includes(token)),
  }));
  return curve(sets, relevance.length, effect);
}

interface MaskedSet {
  readonly done: number;
  readonly masked: readonly number[];
}

/** No token, then the most relevant ones, and so on to all; each set ascending. */
function leadingSets(relevance: readonly number[]): number[][] {
  if (relevance.length === 0)
    throw new UsageError("a curve needs the relevance of at least one token; got none");
  for (const value of relevance) {
    if (!Number.isFinite(value)) throw new InputError(`relevance must be finite; got ${value}`);
  }
  const levels = [...new Set(relevance)].sort((a, b) => b - a);
  const above = levels.map((level) => [...relevance.keys()].filter((token) => relevance[token]! >= level));
  return [[], ...above];
}

async function curve(sets: readonly MaskedSet[], tokens: number, effect: MaskingEffect): Promise<Curve> {
  const values: number[] = [];
  for (const { masked } of sets) values.push(1 - (await effectOf(masked, effect)));
  const fractions = sets.map(({ done }) => done / tokens);
  const area = values.reduce(
    (sum, value, i) =>
      i === 0 ? 0 : sum + ((value + values[i - 1]!) / 2) * (fractions[i]! - fractions[i - 1]!),
    0,
  );
  return { fractions, values, area };
}

/** The effect of masking these tokens, 0 for none; throws InputError if it is not finite. */
export async function effectOf(tokens: readonly number[], effect: MaskingEffect): Promise<number> {
  if (tokens.length === 0) return 0;
  const value = await effect(tokens);
  if (!Number.isFinite(value)) throw new InputError(`the effect of masking must be finite; got ${value}`);
  return value;
}
