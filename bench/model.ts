import { openTrainingData } from "../src/dataset/training/data.js";
import { alphaBars } from "../src/diffusion/schedule.js";
import { loadVocabulary, loadWordTable } from "../src/files/assets.js";
import { loadModel } from "../src/files/model.js";
import { openPromptEncoder } from "../src/files/prompt-encoder.js";
import { parseFile, parseJson } from "../src/files/read.js";
import { DEFAULT_SAMPLING } from "../src/generate/sampling.js";
import type { LoadedModel } from "../src/model/loaded.js";
import { promptEncoder } from "../src/model/prompt-encoder.js";
import { nodeCompiler } from "../src/runtime/node.js";
import { replicaCompiler } from "../src/runtime/threads.js";
import { parseTrainConfig, picturesPerStep, type TrainConfig } from "../src/train/config.js";
import { diffusionTraining, train } from "../src/train/loop.js";
import { type Comparison, compare } from "./compare.js";
import { median } from "./engine.js";
import { type Generation, generation, prompt } from "./generation.js";
import { machine, productPeak } from "./machine.js";
import { type ExplanationCost, explanationCost } from "./reverse.js";
import type { ModelWork } from "./settings.js";

/** What a whole model reaches, as `--json` prints it. */
export interface ModelReport {
  readonly model: string;
  readonly machine: string;
  readonly threads: number;
  /** The machine's measured product peak. */
  readonly product_gflops_per_s: number;
  readonly explained: Generation;
  readonly plain: Generation;
  /** In lockstep, and by reverse mode. */
  readonly explanation: ExplanationCost;
  /** The network on one picture. */
  readonly forward: Comparison;
  /** The network's training step at the batch of its settings. */
  readonly step: Comparison;
  readonly training: {
    readonly batch: number;
    /** In the whole loop: scenes drawn, gradients clipped, weights averaged. */
    readonly images_per_s: number;
  };
}

/** Measures a model: generation from the command line, its network beside PyTorch, its training. */
export async function measureModel({ model, training, repeats, threads }: ModelWork): Promise<ModelReport> {
  const loaded = loadModel(model);
  const { config } = loaded;
  const settings = parseFile(training, (bytes) => parseTrainConfig(parseJson(bytes)));
  const network = { config: config.unet, tokens: config.text.maxTokens, repeats, threads };
  return {
    model: config.name,
    machine: machine(),
    threads,
    product_gflops_per_s: Math.round(await productPeak(threads)),
    explained: generation(model, []),
    plain: generation(model, ["--no-explain"]),
    explanation: await costOf(loaded, threads),
    forward: await compare({ ...network, mode: "forward", batch: 1 }),
    step: await compare({ ...network, mode: "train", batch: settings.batch }),
    training: {
      batch: picturesPerStep(settings),
      images_per_s: await trainingRate(settings, repeats, threads),
    },
  };
}

/** Sweeps of reverse mode that are measured, of hundreds. */
const SWEEPS = 3;

async function costOf(model: LoadedModel, threads: number): Promise<ExplanationCost> {
  const compile = nodeCompiler({ threads });
  const encodePrompt = await openPromptEncoder(model.config, { compile });
  const drawing = { model, encodePrompt, compile, settings: DEFAULT_SAMPLING };
  return await explanationCost({ ...drawing, prompt: await encodePrompt(prompt) }, SWEEPS);
}

/** Images per second of the training loop; its first two steps are not counted. */
async function trainingRate(config: TrainConfig, repeats: number, threads: number): Promise<number> {
  const { examples, readers } = await openTrainingData(config);
  const source = {
    config,
    examples,
    readers,
    encodePrompt: promptEncoder(config.model, { vocabulary: loadVocabulary(), words: loadWordTable() }),
    alphaBar: alphaBars({ name: config.model.schedule }),
  };
  const ends: number[] = [];
  const run = {
    ...diffusionTraining(source),
    compile: nodeCompiler({ threads }),
    compileReplica: replicaCompiler(config.replicas, { threads }),
  };
  for await (const _ of train(run)) {
    ends.push(performance.now());
    if (ends.length === repeats + 2) break;
  }
  const steps = ends.slice(2).map((end, i) => end - ends[i + 1]!);
  return Number(((1000 * picturesPerStep(config)) / median(steps)).toFixed(1));
}
