import { readerParameters } from "../../src/classifier/reader.js";
import { residualReaderParameters } from "../../src/classifier/residual-reader.js";
import { alphaBars } from "../../src/diffusion/schedule.js";
import { loadVocabulary, loadWordTable } from "../../src/files/assets.js";
import { loadSprites } from "../../src/files/sprites.js";
import { promptEncoder } from "../../src/model/prompt-encoder.js";
import { initialWeights } from "../../src/model/weights.js";
import type { BatchSource } from "../../src/train/batch.js";
import { parseTrainConfig, type TrainConfig } from "../../src/train/config.js";
import { composedExamples } from "../../src/train/examples.js";
import { tinyUNet } from "../model/tiny.js";

export const assets = { vocabulary: loadVocabulary(), words: loadWordTable() };
const sprites = loadSprites();

/** Readers that have learnt nothing: smooth, and as unkind to every picture. */
export const freshReaders = {
  plain: initialWeights(readerParameters(), 4),
  residual: initialWeights(residualReaderParameters(), 5),
};

/** Settings of a run whose steps take milliseconds. */
export const tinyTraining = {
  model: {
    name: "tiny",
    unet: { ...tinyUNet, imageSize: 64, patch: 4, channelMultipliers: [1], attentionFactors: [] },
    text: { vectors: "random", maxTokens: 24 },
  },
  data: { kind: "emoji" },
  batch: 2,
  steps: 100,
  learningRate: 0.01,
  warmup: 5,
};

export const trainingConfig = (change: object = {}): TrainConfig =>
  parseTrainConfig({ ...tinyTraining, ...change });

/** All that the batches of a run are made from. */
export const sourceOf = (config: TrainConfig): BatchSource => ({
  config,
  examples: composedExamples(sprites, { mosaics: 0, ...config.data }),
  encodePrompt: promptEncoder(config.model, assets),
  alphaBar: alphaBars({ name: config.model.schedule }),
});
