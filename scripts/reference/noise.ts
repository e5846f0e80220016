import { type Feeds, interpret } from "../../src/graph/interpret.js";
import type { Tensor } from "../../src/graph/tensor.js";
import { generatorOf, uniformFrom } from "../../src/random.js";
import { largestDifference } from "./compare.js";

/** Evaluations that the noise is the largest of, the usual number in stochastic arithmetic. */
export const SAMPLES = 3;

/**
 * Float32 noise of every output: its largest change when every operation rounds to float32, up or down by chance.
 *
 * Stochastic arithmetic (Vignes 1993; Parker 1997) tells how many digits of a result its number format fixes. It
 * knows nothing of any expected value, so a wrong formula does not widen it.
 */
export function float32Noise(
  outputs: readonly Tensor[],
  feeds: Feeds,
  exact: readonly Float64Array[],
): number[] {
  let noise = exact.map(() => 0);
  for (let seed = 0; seed < SAMPLES; seed++) {
    const uniform = uniformFrom(generatorOf(seed));
    const sample = interpret(outputs, feeds, (values) => values.map((value) => roundBy(value, uniform())));
    noise = noise.map((most, i) => Math.max(most, largestDifference(sample[i]!, exact[i]!)));
  }
  return noise;
}

/** A neighbouring float32; numbers that are one already stay. `chance` is in 0..1. */
const roundBy = (value: number, chance: number): number =>
  Math.fround(value + (chance - 0.5) * Math.abs(value) * 2 ** -24);
