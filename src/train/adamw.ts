import { scalar } from "../graph/ops/constant.js";
import { add, divide, multiply, scale, sqrt, subtract } from "../graph/ops/elementwise.js";
import type { Tensor } from "../graph/tensor.js";

/** AdamW settings, as PyTorch names and defaults them. */
export interface AdamWSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** One parameter with its running moments, all of one shape. */
export interface Moments<T> {
  readonly weights: T;
  /** Running mean of the gradient. */
  readonly first: T;
  /** Running mean of its square. */
  readonly second: T;
}

/** What a step multiplies by and adds: the same for all parameters, another at every step. */
export interface AdamWFactors<T> {
  /** What weight decay leaves of the weights. */
  readonly keep: T;
  readonly rate: T;
  readonly epsilon: T;
}

/** The factors of step `step`, from 1; the moments' start at zero is made up for in rate and epsilon. */
export function adamWFactors(
  step: number,
  { learningRate, beta1, beta2, epsilon, weightDecay }: AdamWSettings,
): AdamWFactors<number> {
  const root = Math.sqrt(1 - beta2 ** step);
  return {
    keep: 1 - learningRate * weightDecay,
    rate: (learningRate * root) / (1 - beta1 ** step),
    epsilon: epsilon * root,
  };
}

/**
 * One step of AdamW (Loshchilov and Hutter 2019; PyTorch's form) as a graph: the parameter and its moments after the step.
 *
 * `clip` [] multiplies the gradient. In the graph a step runs on every thread, or on the device, and gradients stay there.
 */
export function adamW(
  { weights, first, second }: Moments<Tensor>,
  gradient: Tensor,
  { beta1, beta2 }: Pick<AdamWSettings, "beta1" | "beta2">,
  { keep, rate, epsilon }: AdamWFactors<Tensor>,
  clip: Tensor = scalar(1),
): Moments<Tensor> {
  const mean = add(scale(first, beta1), multiply(scale(clip, 1 - beta1), gradient));
  const newSquare = multiply(scale(multiply(clip, clip), 1 - beta2), multiply(gradient, gradient));
  const square = add(scale(second, beta2), newSquare);
  const direction = divide(mean, add(sqrt(square), epsilon));
  return {
    weights: subtract(multiply(keep, weights), multiply(rate, direction)),
    first: mean,
    second: square,
  };
}
