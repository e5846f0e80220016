import { sampleAttributes } from "../../src/data/attributes.js";
import { sampleCaption } from "../../src/data/caption.js";
import { randomFor } from "../../src/data/random.js";
import { alphaBars } from "../../src/diffusion/schedule.js";
import { UsageError } from "../../src/errors.js";
import { loadVocabulary, loadWordTable } from "../../src/files/assets.js";
import { hasCheckpoint, loadCheckpoint, saveCheckpoint } from "../../src/files/checkpoint.js";
import { loadModel } from "../../src/files/model.js";
import { loadSprites } from "../../src/files/sprites.js";
import { ensureFolder } from "../../src/files/write.js";
import type { LoadedModel } from "../../src/model/loaded.js";
import { type PromptEncoder, promptEncoder } from "../../src/model/prompt-encoder.js";
import type { Compile } from "../../src/runtime/executable.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { encode } from "../../src/text/bpe.js";
import { idsInUse } from "../../src/text/vectors.js";
import { parseTrainConfig, type TrainConfig } from "../../src/train/config.js";
import { composedExamples } from "../../src/train/examples.js";
import { diffusionTraining, train } from "../../src/train/loop.js";
import { averagedModel } from "../../src/train/samples.js";

export const KINDS = ["meaning", "random", "learnt"] as const;
type Kind = (typeof KINDS)[number];

/** A model with averaged weights, and what it takes to use it. */
export interface TrainedModel {
  readonly model: LoadedModel;
  readonly encodePrompt: PromptEncoder;
  readonly compile: Compile;
}

/** Captions that show every word of the grammar. */
const CAPTIONS = 5000;
const SAVE_EVERY = 50;

/** The settings of a run; runs of different kinds share their data, starting weights, noise and budget. */
export function settingsOf(kind: Kind, steps: number): TrainConfig {
  return parseTrainConfig({
    model: {
      name: kind,
      unet: {
        patch: 4,
        modelChannels: 32,
        channelMultipliers: [1, 2],
        attentionFactors: [1, 2],
        headChannels: 16,
        contextWidth: 128,
        groups: 8,
        layers: { kind: "bcos", weights: "scaled", finalWeights: "scaled" },
        time: "scale",
      },
      text: { vectors: kind, ...(kind === "learnt" ? { tokenIds: captionIds() } : {}) },
    },
    data: { kind: "emoji" },
    batch: 16,
    steps,
    learningRate: 0.001,
    decay: 1 / 3,
    ema: 0.99,
  });
}

function captionIds(): number[] {
  const vocabulary = loadVocabulary();
  const captions = Array.from({ length: CAPTIONS }, (_, index) => {
    const random = randomFor(0, index, "captions");
    return encode(vocabulary, sampleCaption(random, sampleAttributes(random, "train")).caption);
  });
  return idsInUse(captions);
}

/** A model that has been trained elsewhere, by name or folder. */
export function finishedModel(nameOrFolder: string): TrainedModel {
  const model = loadModel(nameOrFolder);
  const assets = { vocabulary: loadVocabulary(), words: loadWordTable() };
  return { model, encodePrompt: promptEncoder(model.config, assets), compile: nodeCompiler({ threads: 1 }) };
}

/** Trains to the end of its settings, from the checkpoint in the folder if there is one. */
export async function trainedModel(folder: string, config: TrainConfig): Promise<TrainedModel> {
  const vocabulary = loadVocabulary();
  const source = {
    config,
    examples: composedExamples(loadSprites(), { mosaics: 0, ...config.data }),
    encodePrompt: promptEncoder(config.model, { vocabulary, words: loadWordTable() }),
    alphaBar: alphaBars({ name: config.model.schedule }),
  };
  const compile = nodeCompiler({ threads: 1 });
  let state = startingState(folder, config);
  ensureFolder(folder);
  if (state === undefined || state.step < config.steps) {
    for await (const step of train({ ...diffusionTraining(source), compile, state })) {
      state = step.state;
      const finished = state.step >= config.steps;
      if (finished || state.step % SAVE_EVERY === 0) {
        saveCheckpoint(folder, { config, state });
        process.stderr.write(`${config.model.name}: step ${state.step}/${config.steps}\n`);
      }
      if (finished) break;
    }
  }
  if (state === undefined) throw new UsageError("steps must be 1 or more; got none");
  return { model: averagedModel(config, state), encodePrompt: source.encodePrompt, compile };
}

function startingState(folder: string, config: TrainConfig) {
  if (!hasCheckpoint(folder)) return undefined;
  const checkpoint = loadCheckpoint(folder);
  if (JSON.stringify(checkpoint.config) !== JSON.stringify(config)) {
    throw new UsageError(`${folder} holds a run with other settings; choose another folder`);
  }
  return checkpoint.state;
}
