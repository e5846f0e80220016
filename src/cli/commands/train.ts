import { join } from "node:path";
import { openTrainingData } from "../../dataset/training/data.js";
import { alphaBars } from "../../diffusion/schedule.js";
import { CancelledError, UsageError } from "../../errors.js";
import { clearLeftovers, hasCheckpoint, loadCheckpoint, saveCheckpoint } from "../../files/checkpoint.js";
import { loadModel } from "../../files/model.js";
import { pictureGrid, toPixels } from "../../files/picture-grid.js";
import { encodePng } from "../../files/png.js";
import { openPromptEncoder } from "../../files/prompt-encoder.js";
import { parseFile, parseJson } from "../../files/read.js";
import { appendLog, drawLosses, type LogMeans, openLog } from "../../files/training-log.js";
import { checkOutputs, ensureFolder, writeFileAtomic } from "../../files/write.js";
import { denoiseGraph } from "../../model/graphs.js";
import { devices, nodeCompiler } from "../../runtime/node.js";
import { replicaCompiler } from "../../runtime/threads.js";
import type { BatchSource } from "../../train/batch.js";
import { parseTrainConfig, picturesPerStep, type TrainConfig } from "../../train/config.js";
import { diffusionTraining, type TrainingStep, train as trainingSteps } from "../../train/loop.js";
import { averagedModel, drawSamples } from "../../train/samples.js";
import { initialState, stateFrom, type TrainingState } from "../../train/state.js";
import { checkTeacher } from "../../train/teacher.js";
import { defineCommand } from "../command.js";
import { choice, flag, integer, number, path, required, text, textWeights } from "../options.js";
import { formatSeconds } from "../progress.js";

/** Steps between lines of the log. */
const LOG_EVERY = 20;
/** Pictures in a row of a sample sheet, and rows at the most. */
const COLUMNS = 8;
const ROWS = 8;

export const train = defineCommand({
  positionals: { config: required(path("CONFIG", "JSON file with the settings of the run", undefined)) },
  options: {
    out: required(path("DIR", "folder for checkpoint, model, log and samples", undefined)),
    steps: integer("N", "stop after step N; default: the steps in CONFIG", { min: 1, max: 1e9 }, undefined),
    minutes: number("M", "stop after M minutes", { min: 0.01, max: 1e6 }, undefined),
    resume: flag("continue the run in DIR"),
    from: text("MODEL", "start with the weights of this model where names and sizes agree", undefined),
    "save-minutes": number("M", "minutes between checkpoints", { min: 0.01, max: 1e6 }, 5),
    "sample-minutes": number("M", "minutes between sample pictures", { min: 0.01, max: 1e6 }, 15),
    "text-weights": textWeights,
    samples: integer("K", "sample pictures; 0 draws none", { min: 0, max: ROWS * COLUMNS }, 3 * COLUMNS),
    device: choice(devices, "where to compute", "cpu"),
    threads: integer("N", "threads; default: one per core", { min: 1, max: 256 }, undefined),
    quiet: flag("say nothing but errors", "q"),
  },
  examples: [
    { line: "pellucid train configs/emoji.json --out runs/emoji --minutes 60", does: "train for an hour" },
    { line: "pellucid train configs/emoji.json --out runs/emoji --resume", does: "continue that run" },
  ],
  async run({ positionals, options }, io) {
    const config = parseFile(positionals.config, (bytes) => parseTrainConfig(parseJson(bytes)));
    const { out } = options;
    const { device, threads } = options;
    const compile = nodeCompiler({ device, threads });
    const compileReplica = replicaCompiler(config.replicas, { device, threads });
    const say = (text: string): void => {
      if (!options.quiet) io.stderr.write(`${text}\n`);
    };
    const data = await openTrainingData(config);
    const teacher = config.teacher === undefined ? undefined : loadModel(config.teacher);
    if (teacher !== undefined) checkTeacher(config.model, teacher.config);
    const state = startingState(out, config, data.digest, options, say);
    if (data.pairs !== undefined) say(`${data.pairs} pairs in shards`);
    const encodePrompt = await openPromptEncoder(config.model, {
      textWeights: options["text-weights"],
      compile,
    });
    clearLeftovers(out);
    ensureFolder(out);
    checkOutputs(out, ["log.csv", "loss.png"], "replace");
    const source: BatchSource = {
      config,
      examples: data.examples,
      encodePrompt,
      alphaBar: alphaBars({ name: config.model.schedule }),
      readers: data.readers,
      teacher,
    };
    const log = join(out, "log.csv");
    openLog(log, state?.step ?? 0);
    const last = options.steps ?? config.steps;
    const deadline = performance.now() + 60_000 * (options.minutes ?? Number.POSITIVE_INFINITY);
    const save = (reached: TrainingState) =>
      saveCheckpoint(out, { config, state: reached, data: data.digest });
    const show = async (reached: TrainingState) => {
      await drawLosses(log, join(out, "loss.png"), config.model.name);
      if (options.samples === 0) return;
      const prompts = await data.prompts(options.samples);
      const pictures = await drawSamples(
        averagedModel(config, reached),
        source.encodePrompt,
        prompts,
        compile,
      );
      const grid = pictureGrid(
        pictures.map((picture) => toPixels(picture, config.model.unet.imageSize)),
        COLUMNS,
      );
      const name = `samples-${String(reached.step).padStart(7, "0")}.png`;
      writeFileAtomic(join(out, name), await encodePng(grid), "replace");
    };
    if (state !== undefined && state.step >= last) {
      say(`already at step ${state.step}`);
      return;
    }

    let reached: TrainingStep | undefined;
    let saved = performance.now();
    let sampled = saved;
    let window: TrainingStep[] = [];
    let opened = performance.now();
    try {
      const run = { ...diffusionTraining(source), compile, compileReplica, signal: io.signal, state };
      for await (const step of trainingSteps(run)) {
        reached = step;
        const { step: count } = step.state;
        window.push(step);
        if (count % LOG_EVERY === 0) {
          const rate = (window.length * picturesPerStep(config) * 1000) / (performance.now() - opened);
          const means = meansOf(window);
          appendLog(log, step, means, rate);
          say(progressLine(count, last, means.loss, rate, config));
          window = [];
          opened = performance.now();
        }
        const now = performance.now();
        if (count >= last || now >= deadline) break;
        if (now - saved >= 60_000 * options["save-minutes"]) {
          save(step.state);
          saved = now;
        }
        if (now - sampled >= 60_000 * options["sample-minutes"]) {
          await show(step.state);
          sampled = performance.now();
        }
      }
    } catch (error) {
      if (error instanceof CancelledError && reached !== undefined) save(reached.state);
      throw error;
    }
    if (reached === undefined) return;
    save(reached.state);
    await show(reached.state);
    say(`step ${reached.state.step}: model in ${join(out, "model")}`);
  },
});

/** Keys that make a different run: they cannot change when one is resumed. */
const FIXED = ["model", "data", "seed", "batch"] as const;

function startingState(
  folder: string,
  config: TrainConfig,
  dataDigest: string | undefined,
  { resume, from }: { readonly resume: boolean; readonly from: string | undefined },
  say: (text: string) => void,
): TrainingState | undefined {
  if (resume && from !== undefined) {
    throw new UsageError("--resume goes on with the run's own weights; leave out --from");
  }
  if (!hasCheckpoint(folder)) {
    if (resume)
      throw new UsageError(`there is no checkpoint in ${folder}; leave out --resume to start a run`);
    if (from === undefined) return undefined;
    return startFrom(from, config, say);
  }
  if (!resume) {
    throw new UsageError(
      `${folder} holds a run already; continue it with --resume, or choose another folder`,
    );
  }
  const checkpoint = loadCheckpoint(folder);
  for (const key of FIXED) {
    if (fixedPart(checkpoint.config, key) !== fixedPart(config, key)) {
      throw new UsageError(
        `the run in ${folder} has another "${key}" than the settings given; use its own, or choose another folder`,
      );
    }
  }
  if (checkpoint.data !== dataDigest) {
    throw new UsageError(
      `the run in ${folder} was trained on other shards than these; give it its own, or choose another folder`,
    );
  }
  return checkpoint.state;
}

/** A key's value as text; shards may have been moved, and the pictures of a step divided into other batches. */
function fixedPart(config: TrainConfig, key: (typeof FIXED)[number]): string {
  if (key === "data") return JSON.stringify({ ...config.data, path: undefined });
  return JSON.stringify(key === "batch" ? picturesPerStep(config) : config[key]);
}

/** The first state of a run that starts with a model's weights; says how much of them it could take. */
function startFrom(from: string, config: TrainConfig, say: (text: string) => void): TrainingState {
  const { parameters } = denoiseGraph(config.model, 1, 1);
  const { weights } = loadModel(from);
  const state = stateFrom(initialState(parameters, config.seed), weights);
  const taken = parameters.filter(({ name }) => weights.has(name));
  say(`starts with ${taken.length} of ${parameters.length} tensors of ${from}`);
  return state;
}

function progressLine(step: number, last: number, loss: number, rate: number, config: TrainConfig): string {
  const left = formatSeconds(((last - step) * picturesPerStep(config)) / rate);
  return `step ${step}/${last}  loss ${loss.toFixed(5)}  ${rate.toFixed(1)} images/s  ${left} left`;
}

function meansOf(steps: readonly TrainingStep[]): LogMeans {
  const mean = (of: (step: TrainingStep) => number) =>
    steps.reduce((total, step) => total + of(step), 0) / steps.length;
  const names = Object.keys(steps[0]!.terms);
  return {
    loss: mean(({ loss }) => loss),
    terms: Object.fromEntries(names.map((name) => [name, mean(({ terms }) => terms[name]!)])),
  };
}
