import { input } from "../graph/ops/constant.js";
import { add } from "../graph/ops/elementwise.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import { type AdamWFactors, adamW, adamWFactors } from "./adamw.js";
import { averageDecay, movedAverage } from "./average.js";
import { clipFactor, globalNorm } from "./clip.js";
import { learningRateAt, type OptimiserConfig } from "./config.js";
import { muon } from "./muon.js";
import type { Learnt, Objective } from "./objective.js";
import type { TrainedParameter } from "./state.js";

/** Numbers that change from step to step. */
interface Factors<T> extends AdamWFactors<T> {
  /** What gradients are multiplied by, so that their norm stays within its limit. */
  readonly clip: T;
  /** Share of the new weights in their moving average. */
  readonly averageShare: T;
  readonly learningRate: T;
}

/** Weights between hidden layers, which Muon is made for; not tables (of words, of positions), gains, or layers at either end. */
const isHiddenMatrix = (name: string, shape: readonly number[]): boolean =>
  shape.length > 1 && !/^(text\.|input_blocks\.0\.|out\.)|\.position$/.test(name);

/** Their values at step `step`, from 1, for gradients of this norm. */
export function factorsAt(step: number, norm: number, config: OptimiserConfig): Factors<number> {
  const learningRate = learningRateAt(step, config);
  const averageShare = 1 - averageDecay(config.ema, step);
  const clip = config.clip === null ? 1 : clipFactor(norm, config.clip);
  return { ...adamWFactors(step, { ...config, learningRate }), clip, averageShare, learningRate };
}

const parts = ["weights", "first", "second", "average"] as const;
type Part = (typeof parts)[number];

/** Names of an array as it enters a graph and as it leaves it; weights enter as the network's own parameters. */
const entering = (part: Part, name: string): string => (part === "weights" ? name : `${part} ${name}`);
const gradientOf = (name: string): string => `gradient ${name}`;
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

/** Numbers that are moved at once: a graphics card takes nine arrays of them, four of which are results. */
const MOST_AT_ONCE = 2 ** 26;

/** Parameters in their order, in groups to be moved at once. */
export function groupsOf<T extends Pick<Learnt, "shape">>(
  parameters: readonly T[],
  most = MOST_AT_ONCE,
): T[][] {
  const groups: T[][] = [];
  let left = 0;
  for (const parameter of parameters) {
    const size = sizeOf(parameter.shape);
    if (size > left) {
      groups.push([]);
      left = most;
    }
    groups.at(-1)!.push(parameter);
    left -= size;
  }
  return groups;
}

/** The second half: what is kept of each parameter, moved along its gradient. An output may lie where its input lay. */
export function updateGraph(
  parameters: readonly Pick<Learnt, "name" | "shape">[],
  config: Pick<OptimiserConfig, "beta1" | "beta2" | "optimiser">,
): Record<string, Tensor> {
  const factors: Factors<Tensor> = {
    keep: input("keep", []),
    rate: input("rate", []),
    epsilon: input("epsilon", []),
    learningRate: input("learningRate", []),
    clip: input("clip", []),
    averageShare: input("averageShare", []),
  };
  const updated = parameters.flatMap(({ name, shape }) => {
    const enter = (part: Part) => input(entering(part, name), shape);
    const gradient = input(gradientOf(name), shape);
    const before = { weights: enter("weights"), first: enter("first"), second: enter("second") };
    const after =
      config.optimiser === "muon" && isHiddenMatrix(name, shape)
        ? muon(before, gradient, factors)
        : adamW(before, gradient, config, factors, factors.clip);
    const average = movedAverage(enter("average"), after.weights, factors.averageShare);
    return Object.entries({ ...after, average }).map(
      ([part, tensor]) => [`new ${part} ${name}`, tensor] as const,
    );
  });
  return Object.fromEntries(updated);
}

/** Arrays by their names in a graph. */
export type Arrays = Readonly<Record<string, Float32Array>>;

/** What both graphs take of the parameters, and the second also writes. */
export const entries = (parameters: readonly TrainedParameter[]): Arrays =>
  arraysOf(parameters, (part, name) => entering(part, name));

/** Where the second graph writes what it has moved. */
export const results = (parameters: readonly TrainedParameter[]): Arrays =>
  arraysOf(parameters, (part, name) => `new ${part} ${name}`);

const arraysOf = (
  parameters: readonly TrainedParameter[],
  nameOf: (part: Part, name: string) => string,
): Arrays =>
  Object.fromEntries(
    parameters.flatMap((kept) => parts.map((part) => [nameOf(part, kept.name), kept[part]] as const)),
  );

/** Room for the gradient of each parameter, under its name as the first graph gives it. */
export const roomForGradients = (parameters: readonly TrainedParameter[]): Arrays =>
  Object.fromEntries(
    parameters.map(({ name, weights }) => [gradientOf(name), new Float32Array(weights.length)]),
  );

/** The same arrays as what the gradient was before. */
export const gradientsBefore = (parameters: readonly TrainedParameter[], gradients: Arrays): Arrays =>
  Object.fromEntries(parameters.map(({ name }) => [gradientBefore(name), gradients[gradientOf(name)]!]));
