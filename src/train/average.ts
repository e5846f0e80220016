import type { Numbers } from "./adamw.js";

/** Decay of an exponential moving average after `step` steps: short at first, so that the start is forgotten. */
export const averageDecay = (decay: number, step: number): number =>
  Math.min(decay, (1 + step) / (10 + step));

/** Moves an average, in place, by `rest` = 1 - decay of its distance to the weights. */
export function moveAverage(average: Numbers, weights: Numbers, rest: number): void {
  for (let i = 0; i < average.length; i++) average[i]! += rest * (weights[i]! - average[i]!);
}
