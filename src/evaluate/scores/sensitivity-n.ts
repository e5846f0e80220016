import { UsageError } from "../../errors.js";
import { generatorOf, uniformFrom } from "../../random.js";
import { pearson } from "../statistics/correlation.js";
import { effectOf, type MaskingEffect } from "./deletion.js";

/** Which subsets of n tokens are masked: all of them up to `limit`, otherwise `limit` random ones. */
export interface SubsetSettings {
  readonly limit?: number;
  readonly seed?: number;
}

/**
 * Sensitivity-n with tokens as the players: Pearson correlation, over subsets of n tokens, of their summed relevance with
 * the effect of masking them, -1..1 (Ancona et al. 2018).
 *
 * Null where either is the same for every subset, as it is when n is the number of tokens. The default limit of 128 takes
 * every subset of up to 9 tokens. Throws UsageError unless n is 1 to the number of tokens, InputError for an effect that is
 * not finite.
 */
export async function sensitivityN(
  relevance: readonly number[],
  effect: MaskingEffect,
  n: number,
  { limit = 128, seed = 0 }: SubsetSettings = {},
): Promise<number | null> {
  const tokens = relevance.length;
  if (!Number.isInteger(n) || n < 1 || n > tokens)
    throw new UsageError(`n must be 1 to the number of tokens, ${tokens}; got ${n}`);
  if (!Number.isInteger(limit) || limit < 2)
    throw new UsageError(`limit must be a whole number from 2; got ${limit}`);
  const subsets = choose(tokens, n) <= limit ? subsetsOf(tokens, n) : randomSubsets(tokens, n, limit, seed);
  const effects: number[] = [];
  for (const subset of subsets) effects.push(await effectOf(subset, effect));
  const sums = subsets.map((subset) => subset.reduce((sum, token) => sum + relevance[token]!, 0));
  return pearson(sums, effects);
}

/** Every subset of `n` of the numbers 0 to `count` - 1, each ascending, in lexical order. */
export function subsetsOf(count: number, n: number): number[][] {
  const from = (start: number, left: number): number[][] =>
    left === 0
      ? [[]]
      : Array.from({ length: Math.max(0, count - start) }, (_, i) => start + i).flatMap((first) =>
          from(first + 1, left - 1).map((rest) => [first, ...rest]),
        );
  return from(0, n);
}

function randomSubsets(count: number, n: number, draws: number, seed: number): number[][] {
  const uniform = uniformFrom(generatorOf(seed, count, n));
  return Array.from({ length: draws }, () => {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = 0; i < n; i++) {
      const j = i + Math.floor(uniform() * (count - i));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order.slice(0, n).sort((a, b) => a - b);
  });
}

function choose(count: number, n: number): number {
  let ways = 1;
  for (let i = 1; i <= n; i++) ways = (ways * (count - n + i)) / i;
  return ways;
}
