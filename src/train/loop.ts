import { CancelledError, InputError } from "../errors.js";
import type { Compile, Executable } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";
import { adamW } from "./adamw.js";
import { averageDecay, moveAverage } from "./average.js";
import { type Batch, type BatchSource, makeBatch } from "./batch.js";
import { clipFactor, globalNorm } from "./clip.js";
import { learningRateAt } from "./config.js";
import { gradientOf, trainingGraph } from "./objective.js";
import { initialState, type TrainingState } from "./state.js";

/** What a step did. */
export interface TrainingStep {
  /** State after the step; its arrays are written to by the next one. */
  readonly state: TrainingState;
  /** Mean squared error of the batch. */
  readonly loss: number;
  /** Norm of all gradients before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
}

export interface TrainingRun {
  readonly source: BatchSource;
  readonly compile: Compile;
  /** Where to go on; default: freshly initialised weights. */
  readonly state?: TrainingState;
  readonly signal?: AbortSignal;
}

/** A loss beyond this is lost: pictures are in 0..1, so guessing grey costs 0.25 at the most. */
const EXPLODED = 100;

/**
 * Trains and yields after every step; the caller stops by leaving the loop.
 *
 * A run that is resumed from its state continues as if it had never stopped. Throws InputError, with the step and the
 * likely cause, when the loss is not finite or has exploded; the state is then not updated. Throws CancelledError.
 */
export async function* train({ source, compile, state, signal }: TrainingRun): AsyncGenerator<TrainingStep> {
  const { config } = source;
  const { outputs, parameters } = trainingGraph(config.model, config.batch);
  const executable = await compile(lower(outputs));
  try {
    let current = state ?? initialState(parameters, config.seed);
    let batch = makeBatch(source, current.step + 1);
    for (;;) {
      if (signal?.aborted) throw new CancelledError("training was stopped");
      const running = runStep(executable, current, batch);
      // The next batch is drawn while ONNX Runtime works on this one.
      const next = makeBatch(source, current.step + 2);
      const results = await running;
      const step = update(current, results, source);
      current = step.state;
      batch = next;
      yield step;
    }
  } finally {
    await executable.release();
  }
}

function runStep(executable: Executable, { parameters }: TrainingState, batch: Batch) {
  const weights = Object.fromEntries(parameters.map(({ name, weights: values }) => [name, values]));
  return executable.run({ ...weights, ...batch });
}

function update(
  state: TrainingState,
  results: Readonly<Record<string, Float32Array>>,
  { config }: BatchSource,
): TrainingStep {
  const step = state.step + 1;
  const errors = results.errors!;
  const loss = errors.reduce((total, error) => total + error, 0) / errors.length;
  const gradients = state.parameters.map(({ name }) => results[gradientOf(name)]!);
  const gradientNorm = globalNorm(gradients);
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm) || loss > EXPLODED) {
    throw new InputError(
      `training went astray at step ${step}: loss ${loss}, gradient norm ${gradientNorm}; the learning rate is probably too high, lower learningRate or clip and resume from the last checkpoint`,
    );
  }
  const learningRate = learningRateAt(step, config);
  const factor = clipFactor(gradientNorm, config.clip);
  const decay = averageDecay(config.ema, step);
  state.parameters.forEach((parameter, i) => {
    adamW(parameter, gradients[i]!, step, { ...config, learningRate }, factor);
    moveAverage(parameter.average, parameter.weights, decay);
  });
  return { state: { ...state, step }, loss, gradientNorm, learningRate };
}
