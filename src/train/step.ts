import { input, scalar } from "../graph/ops/constant.js";
import type { Tensor } from "../graph/tensor.js";
import type { Values } from "../runtime/executable.js";
import { type AdamWFactors, adamW, adamWFactors } from "./adamw.js";
import { averageDecay, movedAverage } from "./average.js";
import { clipFactor, globalNorm } from "./clip.js";
import { learningRateAt, type OptimiserConfig } from "./config.js";
import { muon } from "./muon.js";
import type { Learnt, Objective } from "./objective.js";
import type { Kept, TrainedParameter } from "./state.js";

/** Numbers that change from step to step. */
interface Factors<T> extends AdamWFactors<T> {
  /** Share of the new weights in their moving average. */
  readonly averageShare: T;
  readonly learningRate: T;
}

/** Weights between hidden layers, which Muon is made for; not tables, gains, or layers at either end. */
const isHiddenMatrix = (name: string, shape: readonly number[]): boolean =>
  shape.length > 1 && !/^(text\.|input_blocks\.0\.|out\.)/.test(name);

/** Their values at step `step`, from 1. */
export function factorsAt(step: number, config: OptimiserConfig): Factors<number> {
  const learningRate = learningRateAt(step, config);
  const averageShare = 1 - averageDecay(config.ema, step);
  return { ...adamWFactors(step, { ...config, learningRate }), averageShare, learningRate };
}

const parts = ["weights", "first", "second", "average"] as const;
type Part = (typeof parts)[number];

/** Names of an array as it enters the graph and as it leaves it; weights enter as the network's own parameters. */
const entering = (part: Part, name: string): string => (part === "weights" ? name : `${part} ${name}`);
const leaving = (part: Part, name: string): string => `new ${part} ${name}`;

/** A training step as a graph: `errors` [B, 1, 1, 1], `norm` [1] of the gradients, the loss's terms by name, and all that is kept of each parameter. */
export function stepGraph(
  { errors, terms, parameters }: Objective,
  config: Pick<OptimiserConfig, "beta1" | "beta2" | "clip" | "optimiser">,
): Record<string, Tensor> {
  const factors: Factors<Tensor> = {
    keep: input("keep", []),
    rate: input("rate", []),
    epsilon: input("epsilon", []),
    learningRate: input("learningRate", []),
    averageShare: input("averageShare", []),
  };
  const norm = globalNorm(parameters.map(({ gradient }) => gradient));
  const clip = config.clip === null ? scalar(1) : clipFactor(norm, config.clip);
  const update = ({ name, shape, tensor, gradient }: Learnt): Kept<Tensor> => {
    const enter = (part: Part) => input(entering(part, name), shape);
    const before = { weights: tensor, first: enter("first"), second: enter("second") };
    const after =
      config.optimiser === "muon" && isHiddenMatrix(name, shape)
        ? { ...muon(before, gradient, factors), second: before.second }
        : adamW(before, gradient, config, factors, clip);
    return { ...after, average: movedAverage(enter("average"), after.weights, factors.averageShare) };
  };
  const updated = parameters.flatMap((parameter) => {
    const after = update(parameter);
    return parts.map((part) => [leaving(part, parameter.name), after[part]] as const);
  });
  return { errors, norm, ...terms, ...Object.fromEntries(updated) };
}

/** What is kept of all parameters, as the graph takes it. */
export const feedsOf = (parameters: readonly TrainedParameter[]): Record<string, Values> =>
  arraysOf(parameters, entering);

/** Where the graph is to write what is kept of all parameters. */
export const resultsInto = (parameters: readonly TrainedParameter[]): Record<string, Float32Array> =>
  arraysOf(parameters, leaving);

const arraysOf = (parameters: readonly TrainedParameter[], nameOf: typeof entering) =>
  Object.fromEntries(
    parameters.flatMap((kept) => parts.map((part) => [nameOf(part, kept.name), kept[part]] as const)),
  );
