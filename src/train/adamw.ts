/** AdamW settings, as PyTorch names and defaults them. */
export interface AdamWSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** One parameter with its running moments; all of one length, updated in place. */
export interface Moments {
  readonly weights: Float32Array;
  /** Running mean of the gradient. */
  readonly first: Float32Array;
  /** Running mean of its square. */
  readonly second: Float32Array;
}

/**
 * One step of AdamW (Loshchilov and Hutter 2019, with PyTorch's order of operations), in place.
 *
 * `step` counts from 1; the gradient is multiplied by `factor` first, which is how clipping arrives.
 */
export function adamW(
  { weights, first, second }: Moments,
  gradient: Float32Array,
  step: number,
  { learningRate, beta1, beta2, epsilon, weightDecay }: AdamWSettings,
  factor = 1,
): void {
  const rate = learningRate / (1 - beta1 ** step);
  const unbias = 1 / Math.sqrt(1 - beta2 ** step);
  const keep = 1 - learningRate * weightDecay;
  const rest1 = 1 - beta1;
  const rest2 = 1 - beta2;
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i]! * factor;
    const m = beta1 * first[i]! + rest1 * g;
    const v = beta2 * second[i]! + rest2 * g * g;
    first[i] = m;
    second[i] = v;
    weights[i] = keep * weights[i]! - (rate * m) / (Math.sqrt(v) * unbias + epsilon);
  }
}
