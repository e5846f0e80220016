import { UsageError } from "../errors.js";

/** Most players: every set of them is asked for. */
export const SHAPLEY_LIMIT = 8;

/**
 * Shapley values of n players, for outcomes of many values at once: player i's mean gain over all orders of joining,
 * sum over sets S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)) (Shapley 1953).
 *
 * `outcomes` holds v(S) for all 2^n sets, bit i of the index standing for player i. Throws UsageError for another number.
 */
export function shapleyValues(players: number, outcomes: readonly Float32Array[]): Float32Array[] {
  if (outcomes.length !== 2 ** players)
    throw new UsageError(
      `${players} players have ${2 ** players} sets; got ${outcomes.length} outcomes; give one for each set`,
    );
  const length = outcomes[0]!.length;
  return Array.from({ length: players }, (_, player) => {
    const bit = 1 << player;
    const value = new Float64Array(length);
    for (const [subset, without] of outcomes.entries()) {
      if ((subset & bit) !== 0) continue;
      const joined = outcomes[subset | bit]!;
      const weight = joiningWeight(players, subset);
      for (let i = 0; i < length; i++) value[i]! += weight * (joined[i]! - without[i]!);
    }
    return Float32Array.from(value);
  });
}

/** The part of all orders in which exactly the players of `subset` come before a player outside it: 1 / (n C(n - 1, |S|)). */
function joiningWeight(players: number, subset: number): number {
  const size = Array.from({ length: players }, (_, bit) => (subset >> bit) & 1).reduce((a, b) => a + b, 0);
  let choices = 1;
  for (let i = 0; i < size; i++) choices = (choices * (players - 1 - i)) / (i + 1);
  return 1 / (players * choices);
}
