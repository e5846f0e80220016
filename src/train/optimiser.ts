import { input } from "../graph/ops/constant.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import type { Compile, Executable } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";
import { type AdamWFactors, adamW, adamWFactors } from "./adamw.js";
import { averageDecay, moveAverage } from "./average.js";
import { clipFactor } from "./clip.js";
import { learningRateAt, type OptimiserConfig } from "./config.js";
import { muon } from "./muon.js";
import type { Learnt } from "./objective.js";
import type { TrainedParameter } from "./state.js";
import { type Arrays, gradientOf, weightsOf } from "./step.js";

/** Numbers that change from step to step. */
export interface Factors extends AdamWFactors {
  /** What gradients are multiplied by, so that their norm stays within its limit. */
  readonly clip: number;
  /** Share of the new weights in their moving average. */
  readonly averageShare: number;
  readonly learningRate: number;
}

/** Their values at step `step`, from 1, for gradients of this norm. */
export function factorsAt(step: number, norm: number, config: OptimiserConfig): Factors {
  const learningRate = learningRateAt(step, config);
  const averageShare = 1 - averageDecay(config.ema, step);
  const clip = config.clip === null ? 1 : clipFactor(norm, config.clip);
  return { ...adamWFactors(step, { ...config, learningRate }), clip, averageShare, learningRate };
}

/**
 * Weights between hidden layers, which Muon is made for; not tables (of words, of positions), gains, or layers at either end. Nor
 * the critic's, which are to move faster than those of the network that it follows.
 */
const isHiddenMatrix = ({ name, shape }: Pick<Learnt, "name" | "shape">): boolean =>
  shape.length > 1 && !/^(text\.|input_blocks\.0\.|out\.|critic\.)|\.position$/.test(name);

/** Whether Muon moves a parameter; AdamW moves the others. */
const isMuons = (
  parameter: Pick<Learnt, "name" | "shape">,
  { optimiser }: Pick<OptimiserConfig, "optimiser">,
): boolean => optimiser === "muon" && isHiddenMatrix(parameter);

/** The second half of a step; `release` frees its sessions. */
export interface Optimiser {
  /** Moves all that is kept of the parameters along their gradients, in place. */
  move(gradients: Arrays, factors: Factors): Promise<void>;
  release(): Promise<void>;
}

/** An optimiser of these parameters: AdamW is a loop, Muon a graph. */
export async function openOptimiser(
  parameters: readonly TrainedParameter[],
  config: Pick<OptimiserConfig, "optimiser" | "beta1" | "beta2">,
  compile: Compile,
): Promise<Optimiser> {
  const muons = parameters.filter((parameter) => isMuons(parameter, config));
  const others = parameters.filter((parameter) => !isMuons(parameter, config));
  const graphs: Executable[] = [];
  for (const group of groupsOf(muons)) graphs.push(await compile(lower(muonGraph(group))));
  return {
    async move(gradients, factors) {
      for (const parameter of others) {
        adamW(parameter, gradients[gradientOf(parameter.name)]!, config, factors, factors.clip);
      }
      const { keep, learningRate, averageShare } = factors;
      const scalars = { keep: Float32Array.of(keep), learningRate: Float32Array.of(learningRate) };
      const feeds = { ...muonEntries(muons), ...gradients, ...scalars };
      for (const graph of graphs) await graph.run(feeds, muonResults(muons));
      for (const { average, weights } of parameters) moveAverage(average, weights, averageShare);
    },
    async release() {
      await Promise.all(graphs.map((graph) => graph.release()));
    },
  };
}

/** Numbers that Muon moves at once: a graphics card takes five arrays of them, two of which are results. */
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

/** Names of an array as it enters Muon's graph and as it leaves it; weights enter as the network's own parameters. */
const momentOf = (name: string): string => `first ${name}`;
const newWeights = (name: string): string => `new ${name}`;
const newMoment = (name: string): string => `new first ${name}`;

/** Muon for a group of parameters. An output may lie where its input lay. */
export function muonGraph(parameters: readonly Pick<Learnt, "name" | "shape">[]): Record<string, Tensor> {
  const factors = { keep: input("keep", []), learningRate: input("learningRate", []) };
  const moved = parameters.flatMap(({ name, shape }) => {
    const before = { weights: input(name, shape), first: input(momentOf(name), shape) };
    const { weights, first } = muon(before, input(gradientOf(name), shape), factors);
    return [[newWeights(name), weights] as const, [newMoment(name), first] as const];
  });
  return Object.fromEntries(moved);
}

/** What the graph takes of the parameters. */
export const muonEntries = (parameters: readonly TrainedParameter[]): Arrays => ({
  ...weightsOf(parameters),
  ...Object.fromEntries(parameters.map(({ name, first }) => [momentOf(name), first])),
});

/** Where it writes what it has moved. */
export const muonResults = (parameters: readonly TrainedParameter[]): Arrays =>
  Object.fromEntries(
    parameters.flatMap(({ name, weights, first }) => [
      [newWeights(name), weights] as const,
      [newMoment(name), first] as const,
    ]),
  );
