/** Numbers that are moved where they lie. */
export type Numbers = Float32Array | Float64Array;

/** AdamW settings, as PyTorch names and defaults them. */
export interface AdamWSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** One parameter with its running moments, all of one length. */
export interface Moments {
  readonly weights: Numbers;
  /** Running mean of the gradient. */
  readonly first: Numbers;
  /** Running mean of its square. */
  readonly second: Numbers;
}

/** What a step multiplies by and adds: the same for all parameters, another at every step. */
export interface AdamWFactors {
  /** What weight decay leaves of the weights. */
  readonly keep: number;
  readonly rate: number;
  readonly epsilon: number;
}

/** The factors of step `step`, from 1; the moments' start at zero is made up for in rate and epsilon. */
export function adamWFactors(
  step: number,
  { learningRate, beta1, beta2, epsilon, weightDecay }: AdamWSettings,
): AdamWFactors {
  const root = Math.sqrt(1 - beta2 ** step);
  return {
    keep: 1 - learningRate * weightDecay,
    rate: (learningRate * root) / (1 - beta1 ** step),
    epsilon: epsilon * root,
  };
}

/**
 * One step of AdamW (Loshchilov and Hutter 2019; PyTorch's form): moves a parameter and its moments, in place.
 *
 * `clip` multiplies the gradient. A loop reads and writes every array once, from memory that is far; operations of a graph
 * would do so thirteen times.
 */
export function adamW(
  { weights, first, second }: Moments,
  gradient: Numbers,
  { beta1, beta2 }: Pick<AdamWSettings, "beta1" | "beta2">,
  { keep, rate, epsilon }: AdamWFactors,
  clip = 1,
): void {
  for (let i = 0; i < weights.length; i++) {
    const clipped = clip * gradient[i]!;
    const mean = beta1 * first[i]! + (1 - beta1) * clipped;
    const square = beta2 * second[i]! + (1 - beta2) * clipped * clipped;
    first[i] = mean;
    second[i] = square;
    weights[i] = keep * weights[i]! - (rate * mean) / (Math.sqrt(square) + epsilon);
  }
}
