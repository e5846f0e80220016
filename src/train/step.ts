import { input } from "../graph/ops/constant.js";
import { add } from "../graph/ops/elementwise.js";
import type { Tensor } from "../graph/tensor.js";
import { globalNorm } from "./clip.js";
import type { OptimiserConfig } from "./config.js";
import type { Objective } from "./objective.js";
import type { TrainedParameter } from "./state.js";

export const gradientOf = (name: string): string => `gradient ${name}`;
const gradientBefore = (name: string): string => `before ${name}`;

/**
 * The first half of a step as a graph, run for each batch that it accumulates: `errors` [B, 1, 1, 1], sum and count of the
 * loss's terms, the gradient of each parameter, added to what it was before, and the `norm` [1] of all of them.
 */
export function gradientGraph(
  { errors, terms, parameters }: Objective,
  { accumulate }: Pick<OptimiserConfig, "accumulate">,
): Record<string, Tensor> {
  const summed = parameters.map(({ name, shape, gradient }) =>
    accumulate === 1 ? gradient : add(input(gradientBefore(name), shape), gradient),
  );
  const ofTerms = Object.entries(terms).flatMap(([name, { total, count }]) => [
    [`total ${name}`, total] as const,
    [`count ${name}`, count] as const,
  ]);
  const ofParameters = parameters.map(({ name }, i) => [gradientOf(name), summed[i]!] as const);
  return { errors, norm: globalNorm(summed), ...Object.fromEntries([...ofTerms, ...ofParameters]) };
}

/** Arrays by their names in a graph. */
export type Arrays = Readonly<Record<string, Float32Array>>;

/** The network's parameters. */
export const weightsOf = (parameters: readonly TrainedParameter[]): Arrays =>
  Object.fromEntries(parameters.map(({ name, weights }) => [name, weights]));

/** Room for the gradient of each parameter, under its name as the first graph gives it. */
export const roomForGradients = (parameters: readonly TrainedParameter[]): Arrays =>
  Object.fromEntries(
    parameters.map(({ name, weights }) => [gradientOf(name), new Float32Array(weights.length)]),
  );

/** The same arrays as what the gradient was before. */
export const gradientsBefore = (parameters: readonly TrainedParameter[], gradients: Arrays): Arrays =>
  Object.fromEntries(parameters.map(({ name }) => [gradientBefore(name), gradients[gradientOf(name)]!]));
