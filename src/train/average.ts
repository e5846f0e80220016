/** Decay of an exponential moving average after `step` steps: short at first, so that the start is forgotten. */
export const averageDecay = (decay: number, step: number): number =>
  Math.min(decay, (1 + step) / (10 + step));

/** average = decay * average + (1 - decay) * weights, in place. */
export function moveAverage(average: Float32Array, weights: Float32Array, decay: number): void {
  const rest = 1 - decay;
  for (let i = 0; i < average.length; i++) average[i]! += rest * (weights[i]! - average[i]!);
}
