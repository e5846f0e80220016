import { CancelledError, InputError } from "../errors.js";
import type { Compile, Executable } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";
import { type BatchSource, makeBatch } from "./batch.js";
import type { OptimiserConfig } from "./config.js";
import { type Objective, objective } from "./objective.js";
import { initialState, roomFor, type TrainedParameter, type TrainingState } from "./state.js";
import { factorsAt, feedsOf, resultsInto, stepGraph } from "./step.js";

/** What a step did. */
export interface TrainingStep {
  /** State after the step; its arrays are written to by the step after the next. */
  readonly state: TrainingState;
  /** Mean squared error of the batch. */
  readonly loss: number;
  /** Means of what else the loss holds, by name. */
  readonly terms: Readonly<Record<string, number>>;
  /** Norm of all gradients before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** What is trained, and on what. */
export interface Training {
  readonly goal: Objective;
  readonly config: OptimiserConfig;
  /** Inputs of step `step` (from 1), by their names in the graph. */
  readonly batchAt: (step: number) => Promise<Readonly<Record<string, Float32Array>>>;
}

export interface TrainingRun extends Training {
  readonly compile: Compile;
  /** Where to go on, its arrays given over to the run; default: freshly initialised weights. */
  readonly state?: TrainingState | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Training a diffusion model on batches from a source. */
export function diffusionTraining(source: BatchSource): Training {
  const { config } = source;
  return {
    goal: objective(config.model, config.batch, config.grounding),
    config,
    batchAt: async (step) => ({ ...(await makeBatch(source, step)) }),
  };
}

/** A loss beyond this is lost, whatever is trained: guessing costs 0.25 in pictures and a few nats in labels. */
const EXPLODED = 100;

/**
 * Trains and yields after every step; the caller stops by leaving the loop.
 *
 * A run that is resumed from its state continues as if it had never stopped. Throws InputError, with the step and the
 * likely cause, when the loss is not finite or has exploded, or no gradient is left; that step is then not taken. Throws
 * CancelledError.
 */
export async function* train(run: TrainingRun): AsyncGenerator<TrainingStep> {
  const { goal, config, batchAt, compile, state, signal } = run;
  const executable = await compile(lower(stepGraph(goal, config)));
  try {
    let current = state ?? initialState(goal.parameters, config.seed);
    // Steps go back and forth between two sets of arrays: a graph must not write what it still reads.
    let room = roomFor(current);
    let batch = await batchAt(current.step + 1);
    for (;;) {
      if (signal?.aborted) throw new CancelledError("training was stopped");
      // A batch that waits for files is read meanwhile; one that is drawn takes its turn, for a step keeps Node's thread busy.
      const [step, next] = await Promise.all([
        takeStep(executable, current, room, batch, config, Object.keys(goal.terms)),
        batchAt(current.step + 2),
      ]);
      room = current.parameters;
      current = step.state;
      batch = next;
      yield step;
    }
  } finally {
    await executable.release();
  }
}

/** Writes the state after one more step into the arrays of `room`. */
async function takeStep(
  executable: Executable,
  { step: done, parameters }: TrainingState,
  room: readonly TrainedParameter[],
  batch: Readonly<Record<string, Float32Array>>,
  config: OptimiserConfig,
  termNames: readonly string[],
): Promise<TrainingStep> {
  const step = done + 1;
  const factors = factorsAt(step, config);
  const scalars = Object.entries(factors).map(([name, value]) => [name, Float32Array.of(value)] as const);
  const feeds = { ...feedsOf(parameters), ...Object.fromEntries(scalars), ...batch };
  const { errors, norm, ...others } = await executable.run(feeds, resultsInto(room));
  const loss = errors!.reduce((total, error) => total + error, 0) / errors!.length;
  const gradientNorm = norm![0]!;
  // A network whose activations overflowed may give zeros for ever, without a gradient to bring it back.
  const isSound = loss <= EXPLODED && gradientNorm > 0 && Number.isFinite(gradientNorm);
  if (!isSound) {
    throw new InputError(
      `training went astray at step ${step}: loss ${loss}, gradient norm ${gradientNorm}; the learning rate is probably too high, lower learningRate or clip and resume from the last checkpoint`,
    );
  }
  const terms = Object.fromEntries(termNames.map((name) => [name, others[name]![0]!]));
  return { state: { step, parameters: room }, loss, terms, gradientNorm, learningRate: factors.learningRate };
}
