import type { Compile, Executable } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";
import type { OptimiserConfig } from "./config.js";
import type { Objective } from "./objective.js";
import type { TrainedParameter } from "./state.js";
import { type Arrays, gradientGraph, gradientsBefore, roomForGradients, weightsOf } from "./step.js";

/** A copy of the network that computes gradients, with room for its part of a step's. */
export interface Replica {
  readonly executable: Executable;
  readonly gradients: Arrays;
  /** The same arrays as what the gradient was before, where a replica computes several batches. */
  readonly before: Arrays;
}

/** As many replicas as a step computes beside each other. */
export async function openReplicas(
  goal: Objective,
  config: Pick<OptimiserConfig, "accumulate" | "replicas">,
  parameters: readonly TrainedParameter[],
  compile: Compile,
): Promise<Replica[]> {
  const model = lower(gradientGraph(goal, config));
  const open = async (): Promise<Replica> => {
    const gradients = roomForGradients(parameters);
    const before = config.accumulate === 1 ? {} : gradientsBefore(parameters, gradients);
    return { executable: await compile(model), gradients, before };
  };
  return Promise.all(Array.from({ length: config.replicas }, open));
}

/** What a pass found: errors, sums and counts of terms, the norm of the gradient so far. */
export type Pass = Readonly<Record<string, Float32Array>>;

/** One batch for each replica, all at the same time; gradients are added to what is there. */
export const passOf = (
  replicas: readonly Replica[],
  parameters: readonly TrainedParameter[],
  batches: readonly Arrays[],
): Promise<Pass[]> =>
  Promise.all(
    replicas.map(({ executable, before, gradients }, i) =>
      executable.run({ ...weightsOf(parameters), ...before, ...batches[i]! }, gradients),
    ),
  );

/** Adds all replicas' gradients to the first one's, in their order; returns their Euclidean norm. */
export function joinGradients([first, ...others]: readonly Replica[]): number {
  let squares = 0;
  for (const [name, sum] of Object.entries(first!.gradients)) {
    for (const { gradients } of others) {
      const part = gradients[name]!;
      for (let i = 0; i < sum.length; i++) sum[i]! += part[i]!;
    }
    for (const value of sum) squares += value * value;
  }
  return Math.sqrt(squares);
}
