import { add, multiply, subtract } from "../graph/ops/elementwise.js";
import type { Tensor } from "../graph/tensor.js";

/** Decay of an exponential moving average after `step` steps: short at first, so that the start is forgotten. */
export const averageDecay = (decay: number, step: number): number =>
  Math.min(decay, (1 + step) / (10 + step));

/** decay * average + (1 - decay) * weights, for `rest` [] = 1 - decay. */
export const movedAverage = (average: Tensor, weights: Tensor, rest: Tensor): Tensor =>
  add(average, multiply(rest, subtract(weights, average)));
