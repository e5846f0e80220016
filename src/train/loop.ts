import { CancelledError, InputError } from "../errors.js";
import type { Compile } from "../runtime/executable.js";
import { type BatchSource, makeBatch } from "./batch.js";
import { batchesPerStep, type OptimiserConfig } from "./config.js";
import { type Objective, objective } from "./objective.js";
import { factorsAt, openOptimiser } from "./optimiser.js";
import { openRehearsal, practicePictures, type Rehearsal } from "./practice.js";
import { joinGradients, openReplicas, type Pass, passOf } from "./replicas.js";
import { stateFor, type TrainingState } from "./state.js";
import { openTeacher, type Teacher } from "./teacher.js";

/** What a step did. */
export interface TrainingStep {
  /** State after the step; the next step writes to its arrays. */
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
  /** Inputs of batch `number` (from 1), by their names in the graph; a step takes `batchesPerStep` of them. */
  readonly batchAt: (number: number) => Promise<Readonly<Record<string, Float32Array>>>;
  /** Opens what draws the practice in a batch, where there is any. */
  readonly rehearse?: ((compile: Compile) => Promise<Rehearsal>) | undefined;
  /** Opens what says what is to be learnt of a batch, if it is not what the batch holds. */
  readonly teach?: ((compile: Compile) => Promise<Teacher>) | undefined;
}

export interface TrainingRun extends Training {
  readonly compile: Compile;
  /** For the replicas, so that they run beside each other; default: `compile`. */
  readonly compileReplica?: Compile | undefined;
  /** Where to go on, its arrays given over to the run; default: freshly initialised weights. */
  readonly state?: TrainingState | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Training a diffusion model on batches from a source. */
export function diffusionTraining(source: BatchSource): Training {
  const { config, readers, teacher } = source;
  const practice = practicePictures(config.practice);
  return {
    goal: objective(
      config.model,
      config.batch,
      { ...config, readers },
      {
        batches: batchesPerStep(config),
        recompute: config.recompute,
      },
    ),
    config,
    batchAt: async (number) => ({ ...(await makeBatch(source, number)) }),
    rehearse: practice === 0 ? undefined : (compile) => openRehearsal(config, compile),
    teach: teacher && ((compile) => openTeacher(config, teacher, compile)),
  };
}

/** Where a run begins that goes on from none. */
const NOTHING: TrainingState = { step: 0, parameters: [] };

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
  const { goal, config, batchAt, rehearse, teach, compile, compileReplica = compile, signal } = run;
  const { accumulate, replicas: width } = config;
  const state = stateFor(goal.parameters, run.state ?? NOTHING, config.seed);
  const { parameters } = state;
  const optimiser = await openOptimiser(parameters, config, compile);
  const replicas = await openReplicas(goal, config, parameters, compileReplica);
  const rehearsals = await Promise.all(replicas.flatMap(() => rehearse?.(compileReplica) ?? []));
  const teachers = await Promise.all(replicas.flatMap(() => teach?.(compileReplica) ?? []));
  const { gradients } = replicas[0]!;
  const batchesFrom = (number: number) =>
    Promise.all(Array.from({ length: width }, (_, i) => batchAt(number + i)));
  try {
    let number = state.step * accumulate * width + 1;
    let batches = await batchesFrom(number);
    for (let step = state.step + 1; ; step++) {
      for (const { before } of replicas) for (const sum of Object.values(before)) sum.fill(0);
      const passes: Pass[] = [];
      while (passes.length < accumulate * width) {
        if (signal?.aborted) throw new CancelledError("training was stopped");
        number += width;
        // Drawn by the weights as they are now, and not ahead, so that a run that is resumed practises the same.
        const drawn = await Promise.all(
          batches.map(async (batch, i) => {
            const practised = await (rehearsals[i]?.draw(parameters, batch, number - width + i) ?? batch);
            return await (teachers[i]?.correct(practised) ?? practised);
          }),
        );
        // Batches that wait for files are read meanwhile; ones that are drawn take their turn where a step keeps Node's thread busy.
        const [found, next] = await Promise.all([passOf(replicas, parameters, drawn), batchesFrom(number)]);
        passes.push(...found);
        batches = next;
      }
      const gradientNorm = width === 1 ? passes.at(-1)!.norm![0]! : joinGradients(replicas);
      const figures = { ...figuresOf(passes, Object.keys(goal.terms)), gradientNorm };
      checkSound(step, figures);
      const factors = factorsAt(step, gradientNorm, config);
      await optimiser.move(gradients, factors);
      yield { state: { step, parameters }, ...figures, learningRate: factors.learningRate };
    }
  } finally {
    await Promise.all(replicas.map(({ executable }) => executable.release()));
    await Promise.all([...rehearsals, ...teachers].map(({ release }) => release()));
    await optimiser.release();
  }
}

/** What the passes of a step found. */
function figuresOf(
  passes: readonly Pass[],
  termNames: readonly string[],
): Pick<TrainingStep, "loss" | "terms"> {
  const total = (name: string) =>
    passes.reduce((sum, pass) => sum + pass[name]!.reduce((part, value) => part + value, 0), 0);
  const count = (name: string) => passes.reduce((sum, pass) => sum + pass[name]!.length, 0);
  const mean = (name: string) => total(`total ${name}`) / Math.max(smallest, total(`count ${name}`));
  return {
    loss: total("errors") / count("errors"),
    terms: Object.fromEntries(termNames.map((name) => [name, mean(name)])),
  };
}

/** Keeps the mean over no pictures at 0. */
const smallest = 1e-12;

function checkSound(step: number, { loss, gradientNorm }: Pick<TrainingStep, "loss" | "gradientNorm">): void {
  // A network whose activations overflowed may give zeros for ever, without a gradient to bring it back.
  const isSound = loss <= EXPLODED && gradientNorm > 0 && Number.isFinite(gradientNorm);
  if (isSound) return;
  throw new InputError(
    `training went astray at step ${step}: loss ${loss}, gradient norm ${gradientNorm}; the learning rate is probably too high, lower learningRate or clip and resume from the last checkpoint`,
  );
}
