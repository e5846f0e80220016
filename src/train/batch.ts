import { headOffsets, oneHot } from "../classifier/labels.js";
import { sixChannels } from "../data/six-channels.js";
import { diffuse, trainingTarget } from "../diffusion/forward.js";
import { pictureLength } from "../diffusion/picture.js";
import { complementaryNoise } from "../diffusion/random.js";
import { tokenWidth } from "../model/model-config.js";
import type { EncodedPrompt, PromptEncoder } from "../model/prompt-encoder.js";
import { contextLength } from "../model/text-config.js";
import type { Weights } from "../model/weights.js";
import { generatorOf, mix, uniformFrom } from "../random.js";
import { batchesPerStep, type TrainConfig } from "./config.js";
import { pixelWeights } from "./emphasis.js";
import type { ExampleSource } from "./examples.js";
import { groundedWord } from "./grounded-word.js";
import { groundedPictures, groundingRamp } from "./grounding.js";
import { lossWeightOf, timeStepOf } from "./noise-levels.js";

/** Inputs of one pass of training, by the names of the training graph. */
export interface Batch {
  readonly x: Float32Array; // [B, 6, H, W]
  readonly t: Float32Array; // [B]
  readonly tokens: Float32Array; // [B, K, tokenWidth(config.model)]
  readonly mask: Float32Array; // [B, K]
  readonly target: Float32Array; // [B, 6, H, W]
  readonly weight: Float32Array; // [B, 1, H, W]
}

/** What a grounded step takes beside: one word of each of its first G pictures, its pixels, and what its terms weigh. */
export interface GroundingBatch {
  readonly chosen: Float32Array; // [G, K]
  readonly place: Float32Array; // [G, 1, H, W]
  readonly placed: Float32Array; // [G, 1, 1, 1]
  readonly share: Float32Array; // [G, 1, 1, 1]
  readonly spoken: Float32Array; // [G, 1, 1, 1]
}

/** What a step takes beside for guidance that is built in: the empty prompt for each picture, and which have captions. */
export interface GuidanceBatch {
  readonly blankTokens: Float32Array; // [B, K, tokenWidth(config.model)]
  readonly blankMask: Float32Array; // [B, K]
  readonly captioned: Float32Array; // [B, 1, 1, 1]
}

/** What a step takes beside where predictions are to be recognised: what each caption asks a classifier to see. */
export interface RecognitionBatch {
  readonly seen: Float32Array; // [B, 55]
}

/** Everything that batches are made from. */
export interface BatchSource {
  readonly config: TrainConfig;
  readonly examples: ExampleSource;
  readonly encodePrompt: PromptEncoder;
  readonly alphaBar: Float64Array;
  /** The network that recognition asks; needed where it has a weight. */
  readonly reader?: Weights | undefined;
}

/** Batch `number` (from 1) of a run: its sample i is number (number - 1) * B + i, whatever was run before. */
export async function makeBatch(
  { config, examples, encodePrompt, alphaBar }: BatchSource,
  number: number,
): Promise<Batch & Partial<GroundingBatch & GuidanceBatch & RecognitionBatch>> {
  const { batch: count, model, times, weighting, emphasis } = config;
  const slots = contextLength(model.text);
  const size = { height: model.unet.imageSize, width: model.unet.imageSize };
  const length = pictureLength(size);
  const width = tokenWidth(model);
  const x = new Float32Array(count * length);
  const target = new Float32Array(count * length);
  const t = new Float32Array(count);
  const tokens = new Float32Array(count * slots * width);
  const mask = new Float32Array(count * slots);
  const weight = new Float32Array((count * length) / 6);
  const captioned = new Float32Array(count);
  const seen = new Float32Array(config.recognition > 0 ? count * headOffsets.total : 0);
  const grounded = groundedPictures(config.grounding, count);
  const words = emptyGrounding(grounded, slots, length / 6);
  const ramp = groundingRamp(Math.ceil(number / batchesPerStep(config)), config.grounding);
  const choices = Array.from({ length: count }, (_, i) => {
    const index = (number - 1) * count + i;
    const choose = uniformFrom(generatorOf(config.seed, index));
    const [mirrored, dropped, uniform] = [choose() < 0.5, choose() < config.captionDropout, choose()];
    return { index, isMirrored: config.data.flips && mirrored, dropped, uniform };
  });
  // all at once, for examples in files take their time
  const shownAll = await Promise.all(choices.map(({ index, isMirrored }) => examples(index, isMirrored)));
  for (const [i, { index, dropped, uniform }] of choices.entries()) {
    const shown = shownAll[i]!;
    t[i] = timeStepOf(config.seed, index, uniform, times, alphaBar.length);
    const worth = lossWeightOf(alphaBar[t[i]!]!, weighting, model.prediction);
    const ofPixels =
      shown.composition === undefined
        ? new Float32Array(length / 6).fill(1)
        : pixelWeights(shown.composition.masks, emphasis);
    weight.set(
      ofPixels.map((value) => worth * value),
      (i * length) / 6,
    );
    const clean = sixChannels(shown.rgb); // [6, H, W]
    const noise = complementaryNoise(mix(mix(config.seed) + index) >>> 0, size, 1);
    x.set(diffuse(clean, noise, alphaBar[t[i]!]!, model.process), i * length);
    target.set(trainingTarget(model.prediction, clean, noise, model.process), i * length);
    const encoded = await encodePrompt(dropped ? "" : shown.caption);
    tokens.set(encoded.vectors, i * slots * width);
    mask.fill(1, i * slots, i * slots + encoded.count);
    captioned[i] = dropped ? 0 : 1;
    if (dropped || shown.composition === undefined) continue;
    const { labels, words: known } = shown.composition;
    if (config.recognition > 0 && labels !== null) seen.set(oneHot(labels), i * headOffsets.total);
    if (i >= grounded) continue;
    const word = groundedWord(
      known,
      encoded,
      uniformFrom(generatorOf(config.seed, index, 2)),
      config.grounding,
    );
    if (word === undefined) continue;
    for (const row of word.rows) words.chosen[i * slots + row] = 1;
    words.spoken[i] = ramp;
    if (word.place === null) continue;
    words.placed[i] = ramp;
    words.share[i] = word.share;
    words.place.set(
      Float32Array.from(word.place, (value) => value / 255),
      (i * length) / 6,
    );
  }
  return {
    ...{ x, t, tokens, mask, target, weight },
    ...(grounded > 0 ? words : {}),
    ...(config.recognition > 0 ? { seen } : {}),
    ...(config.builtInGuidance > 1
      ? { captioned, ...blanks(await encodePrompt(""), count, [slots, width]) }
      : {}),
  };
}

/** The empty prompt, `count` times. */
function blanks(
  empty: EncodedPrompt,
  count: number,
  [slots, width]: readonly [number, number],
): Pick<GuidanceBatch, "blankTokens" | "blankMask"> {
  const blankTokens = new Float32Array(count * slots * width);
  const blankMask = new Float32Array(count * slots);
  for (let i = 0; i < count; i++) {
    blankTokens.set(empty.vectors, i * slots * width);
    blankMask.fill(1, i * slots, i * slots + empty.count);
  }
  return { blankTokens, blankMask };
}

const emptyGrounding = (count: number, slots: number, pixels: number): GroundingBatch => ({
  chosen: new Float32Array(count * slots),
  place: new Float32Array(count * pixels),
  placed: new Float32Array(count),
  share: new Float32Array(count),
  spoken: new Float32Array(count),
});
