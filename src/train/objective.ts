import type { Parameters } from "../bcos/parameters.js";
import { gradients } from "../graph/gradient.js";
import { input } from "../graph/ops/constant.js";
import { add, multiply, scale, shift, subtract } from "../graph/ops/elementwise.js";
import { sum, sumOfSquares } from "../graph/ops/reduce.js";
import { recomputingGradients } from "../graph/recompute.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import { modelInputs } from "../model/graphs.js";
import type { ModelConfig } from "../model/model-config.js";
import { model } from "../model/network.js";
import { contextLength } from "../model/text-config.js";
import { collectParameters, type ParameterSpec } from "../model/weights.js";
import { type Grounding, groundingInputs, groundingTerms, isGrounded } from "./grounding.js";

/** A parameter and the gradient of the loss with respect to it. */
export interface Learnt extends ParameterSpec {
  readonly gradient: Tensor;
}

/** A term of the loss over the pictures that it is about: its sum, and how many they are; [1, 1, 1, 1] each. */
export interface Term {
  readonly total: Tensor;
  readonly count: Tensor;
}

export interface Objective {
  /** Each picture's mean squared error, [B, 1, 1, 1]; the loss weighs their pixels by the input `weight` [B, 1, H, W] and adds the terms. */
  readonly errors: Tensor;
  /** What else the loss holds, by name. */
  readonly terms: Readonly<Record<string, Term>>;
  readonly parameters: readonly Learnt[];
}

/** How gradients are had; neither changes what they are. */
export interface GradientSettings {
  /** Batches that a step's gradient is the mean of. */
  readonly batches: number;
  /** What is computed a second time for them, and not kept: nothing, or the inside of blocks. */
  readonly recompute: "nothing" | "blocks";
}

/** What is to be made small: `total` is a sum of means over the batch. */
interface Loss extends Pick<Objective, "errors" | "terms"> {
  readonly total: Tensor;
}

/**
 * Weighted mean squared error against input `target` [B, 6, H, W], and its gradients (App. B): this batch's part of the mean
 * where several are accumulated.
 */
export function objective(
  config: ModelConfig,
  batch: number,
  grounding?: Grounding,
  { batches, recompute }: GradientSettings = { batches: 1, recompute: "nothing" },
): Objective {
  const { network: loss, parameters } = collectParameters((parameter) =>
    lossOf(config, batch, grounding, parameter),
  );
  const { errors, terms, total } = loss;
  const gradientsOf = recompute === "blocks" ? recomputingGradients : gradients;
  const part = batches === 1 ? total : scale(total, 1 / batches);
  const wanted = gradientsOf(
    part,
    parameters.map(({ tensor }) => tensor),
  );
  return { errors, terms, parameters: parameters.map((spec, i) => ({ ...spec, gradient: wanted[i]! })) };
}

function lossOf(
  config: ModelConfig,
  batch: number,
  grounding: Grounding | undefined,
  parameters: Parameters,
): Loss {
  const inputs = modelInputs(config, batch, contextLength(config.text));
  const shared = remembering(parameters);
  const network = model(config, shared, inputs);
  const { output } = network;
  const target = input("target", output.shape);
  const pixels = sizeOf(output.shape.slice(1));
  const difference = subtract(output, target);
  const errors = scale(sumOfSquares(difference, [1, 2, 3]), 1 / pixels); // [B, 1, 1, 1]
  const batchMean = (values: Tensor) => scale(sum(values, [0]), 1 / batch);
  const weight = input("weight", output.shape.with(1, 1)); // [B, 1, H, W]
  const weighted = sum(multiply(sumOfSquares(difference, [1]), weight), [1, 2, 3]);
  const squares = scale(batchMean(weighted), 1 / pixels);
  if (grounding === undefined || !isGrounded(grounding)) return { errors, terms: {}, total: squares };

  const words = groundingInputs(network);
  const without = () => {
    const others = multiply(inputs.mask, shift(scale(words.chosen, -1), 1)); // [B, K]
    return model(config, shared, { ...inputs, mask: others }).output;
  };
  const { concentration, responsibility, effect } = groundingTerms(network, words, grounding, without);
  const parts = [
    { name: "concentration", term: concentration, by: words.placed, weight: grounding.concentration },
    { name: "responsibility", term: responsibility, by: words.placed, weight: grounding.responsibility },
    { name: "effect", term: effect, by: words.spoken, weight: grounding.effect },
  ].flatMap(({ term, ...part }) => (term === undefined ? [] : [{ ...part, term }]));
  const total = parts.reduce(
    (loss, { term, by, weight }) => add(loss, scale(batchMean(multiply(term, by)), weight)),
    squares,
  );
  const terms = Object.fromEntries(
    parts.map(({ name, term, by }) => [name, { total: sum(multiply(term, by), [0]), count: sum(by, [0]) }]),
  );
  return { errors, terms, total };
}

/** Parameters that may be asked for twice: a second copy of the network shares the first one's. */
function remembering(parameters: Parameters): Parameters {
  const known = new Map<string, Tensor>();
  return (name, shape, start) => {
    const tensor = known.get(name) ?? parameters(name, shape, start);
    known.set(name, tensor);
    return tensor;
  };
}
