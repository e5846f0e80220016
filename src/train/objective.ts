import { gradients } from "../graph/gradient.js";
import { input } from "../graph/ops/constant.js";
import { multiply, scale, subtract } from "../graph/ops/elementwise.js";
import { sum, sumOfSquares } from "../graph/ops/reduce.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import { modelInputs } from "../model/graphs.js";
import type { ModelConfig } from "../model/model-config.js";
import { model } from "../model/network.js";
import { contextLength } from "../model/text-config.js";
import { collectParameters, type ParameterSpec } from "../model/weights.js";

/** A parameter and the gradient of the loss with respect to it. */
export interface Learnt extends ParameterSpec {
  readonly gradient: Tensor;
}

export interface Objective {
  /** Each picture's mean squared error, [B, 1, 1, 1]; the loss is their mean, each times its input `weight`. */
  readonly errors: Tensor;
  readonly parameters: readonly Learnt[];
}

/** Weighted mean squared error against input `target` [B, 6, H, W], and its gradients (App. B). */
export function objective(config: ModelConfig, batch: number): Objective {
  const inputs = modelInputs(config, batch, contextLength(config.text));
  const { network, parameters } = collectParameters((parameter) => model(config, parameter, inputs));
  const { output } = network;
  const target = input("target", output.shape);
  const pixels = sizeOf(output.shape.slice(1));
  const errors = scale(sumOfSquares(subtract(output, target), [1, 2, 3]), 1 / pixels); // [B, 1, 1, 1]
  const weighted = multiply(errors, input("weight", errors.shape));
  const loss = scale(sum(weighted, [0]), 1 / batch);
  const wanted = gradients(
    loss,
    parameters.map(({ tensor }) => tensor),
  );
  return { errors, parameters: parameters.map((spec, i) => ({ ...spec, gradient: wanted[i]! })) };
}
