import { headOffsets, oneHot } from "../classifier/labels.js";
import type { Readers } from "../classifier/readers.js";
import { sixChannels } from "../data/six-channels.js";
import { diffuse, trainingTarget } from "../diffusion/forward.js";
import { pictureLength } from "../diffusion/picture.js";
import { complementaryNoise } from "../diffusion/random.js";
import type { LoadedModel } from "../model/loaded.js";
import { tokenWidth } from "../model/model-config.js";
import type { EncodedPrompt, PromptEncoder } from "../model/prompt-encoder.js";
import { contextLength } from "../model/text-config.js";
import { generatorOf, mix, uniformFrom } from "../random.js";
import { batchesPerStep, isRead, shownCount, type TrainConfig } from "./config.js";
import { pixelWeights } from "./emphasis.js";
import type { Example, ExampleSource } from "./examples.js";
import { groundedWord } from "./grounded-word.js";
import { groundedPictures, groundingRamp } from "./grounding.js";
import { lossWeightOf, timeStepOf } from "./noise-levels.js";
import { beganWithScene, type PracticeSpan, practiceSpan } from "./practice.js";

/** Inputs of one pass of training, by the names of the training graph; S pictures are shown, and the B - S others are practice. */
export interface Batch {
  readonly x: Float32Array; // [B, 6, H, W]
  readonly t: Float32Array; // [B]
  readonly tokens: Float32Array; // [B, K, tokenWidth(config.model)]
  readonly mask: Float32Array; // [B, K]
  readonly target: Float32Array; // [S, 6, H, W]
  readonly weight: Float32Array; // [S, 1, H, W]
}

/** What a grounded step takes beside: one word of each of its first G pictures, its pixels, and what its terms weigh. */
export interface GroundingBatch {
  readonly chosen: Float32Array; // [G, K]
  readonly place: Float32Array; // [G, 1, H, W]
  readonly placed: Float32Array; // [G, 1, 1, 1]
  readonly share: Float32Array; // [G, 1, 1, 1]
  readonly spoken: Float32Array; // [G, 1, 1, 1]
}

/** What a step takes beside for guidance that is built in: the empty prompt for each picture shown, and which are guided. */
export interface GuidanceBatch {
  readonly blankTokens: Float32Array; // [S, K, tokenWidth(config.model)]
  readonly blankMask: Float32Array; // [S, K]
  readonly guided: Float32Array; // [S, 1, 1, 1]
}

/** What a step takes beside where predictions are to be recognised: what each caption asks a classifier to see. */
export interface RecognitionBatch {
  readonly seen: Float32Array; // [B, 55]
  /** Where recognition has a weight: 1 for a picture with noise enough to ask about. */
  readonly doubted?: Float32Array; // [S, 1]
}

/** What a step takes beside where errors of practice count: the scenes of its P = B - S pictures, and which began with theirs. */
export interface RehearsalBatch {
  readonly original: Float32Array; // [P, 6, H, W]
  readonly kept: Float32Array; // [P, 1, 1, 1]
}

/** What a teacher takes beside where scenes are miscoloured: the pictures that it is asked about, as their captions have them. */
export interface TaughtBatch {
  readonly taught: Float32Array; // [S, 6, H, W]
}

/** Everything that batches are made from. */
export interface BatchSource {
  readonly config: TrainConfig;
  readonly examples: ExampleSource;
  readonly encodePrompt: PromptEncoder;
  readonly alphaBar: Float64Array;
  /** The networks that recognition, realism and practice ask; needed where these have a weight. */
  readonly readers?: Readers | undefined;
  /** The network whose predictions are learnt instead of the pictures. */
  readonly teacher?: LoadedModel | undefined;
}

/** A picture of a batch, and how it is shown. */
interface Sample {
  /** Its number in the run. */
  readonly index: number;
  readonly shown: Example;
  readonly t: number;
  readonly isCaptioned: boolean;
  /** Its caption, or the empty prompt. */
  readonly prompt: EncodedPrompt;
}

/**
 * Batch `number` (from 1) of a run: its sample i is number (number - 1) * B + i, whatever was run before. What is practice is
 * noise alone, with the time step that a rehearsal is to draw it down to.
 */
export async function makeBatch(
  source: BatchSource,
  number: number,
): Promise<
  Batch & Partial<GroundingBatch & GuidanceBatch & RecognitionBatch & RehearsalBatch & TaughtBatch>
> {
  const { config, encodePrompt } = source;
  const span = practiceSpan(config, number);
  const samples = await samplesOf(source, number, span);
  const step = Math.ceil(number / batchesPerStep(config));
  const shown = samples.slice(0, shownCount(config));
  const grounded = shown.slice(0, groundedPictures(config.grounding, shown.length));
  return {
    ...noisyPictures(samples, source, span),
    ...promptsOf(samples, config),
    ...(grounded.length > 0 ? chosenWords(grounded, config, groundingRamp(step, config.grounding)) : {}),
    ...(isRead(config) ? askedOf(samples, config) : {}),
    ...(config.practice.error > 0 && shown.length < samples.length
      ? originals(samples.slice(shown.length), span)
      : {}),
    ...(config.builtInGuidance > 1 ? blanks(shown, config, await encodePrompt("")) : {}),
  };
}

async function samplesOf(
  { config, examples, encodePrompt, alphaBar }: BatchSource,
  number: number,
  span: PracticeSpan,
): Promise<Sample[]> {
  const { batch, seed, times, captionDropout, data } = config;
  const sample = async (i: number): Promise<Sample> => {
    const index = (number - 1) * batch + i;
    const choose = uniformFrom(generatorOf(seed, index));
    const isShown = i < shownCount(config);
    const [mirrored, dropped, uniform] = [choose() < 0.5, choose() < captionDropout && isShown, choose()];
    const shown = await examples(index, data.flips && mirrored);
    return {
      index,
      shown,
      t: isShown ? timeStepOf(seed, index, uniform, times, alphaBar.length) : span.to,
      isCaptioned: !dropped,
      prompt: await encodePrompt(dropped ? "" : shown.caption),
    };
  };
  // all at once, for examples in files take their time
  return Promise.all(Array.from({ length: batch }, (_, i) => sample(i)));
}

/** Pictures under noise, what they were, and what errors in their pixels count; of practice what it begins with. */
function noisyPictures(
  samples: readonly Sample[],
  { config, alphaBar, teacher }: BatchSource,
  span: PracticeSpan,
): Pick<Batch, "x" | "t" | "target" | "weight"> & Partial<TaughtBatch> {
  const { model, seed, weighting, emphasis } = config;
  const size = { height: model.unet.imageSize, width: model.unet.imageSize };
  const length = pictureLength(size);
  const shownOnes = shownCount(config);
  const x = new Float32Array(samples.length * length);
  const target = new Float32Array(shownOnes * length);
  const weight = new Float32Array((shownOnes * length) / 6);
  const isTaught = teacher !== undefined && samples.some(({ shown }) => shown.disguise !== undefined);
  const taught = isTaught ? new Float32Array(shownOnes * length) : undefined;
  for (const [i, { index, shown, t, isCaptioned }] of samples.entries()) {
    const clean = sixChannels(shown.rgb); // [6, H, W]
    const noise = complementaryNoise(mix(mix(seed) + index) >>> 0, size, 1);
    const isPractice = i >= shownOnes;
    const share = isPractice ? startingAlphaBar(span, alphaBar) : alphaBar[t]!;
    const noisy = diffuse(clean, noise, share, model.process);
    x.set(noisy, i * length);
    if (isPractice) continue;
    taught?.set(noisy, i * length);
    // Without its caption nothing says what colour the thing should have.
    if (shown.disguise !== undefined && isCaptioned)
      x.set(diffuse(sixChannels(shown.disguise), noise, share, model.process), i * length);
    target.set(trainingTarget(model.prediction, clean, noise, model.process), i * length);
    const masks = shown.composition?.masks;
    const ofPixels =
      masks === undefined ? new Float32Array(length / 6).fill(1) : pixelWeights(masks, emphasis);
    const worth = lossWeightOf(alphaBar[t]!, weighting, model.prediction);
    weight.set(
      ofPixels.map((value) => worth * value),
      (i * length) / 6,
    );
  }
  const times = Float32Array.from(samples, ({ t }) => t);
  return { x, t: times, target, weight, ...(taught !== undefined && { taught }) };
}

/** How much of its scene practice begins with, as an alphaBar: nothing, or what is there at the step that it begins at. */
const startingAlphaBar = (span: PracticeSpan, alphaBar: Float64Array): number =>
  beganWithScene(span) ? alphaBar[span.from]! : 0;

/** The scenes of practice, and whether it began with them. */
function originals(practice: readonly Sample[], span: PracticeSpan): RehearsalBatch {
  const scenes = practice.map(({ shown }) => sixChannels(shown.rgb)); // P of [6, H, W]
  const original = new Float32Array(scenes.reduce((sum, { length }) => sum + length, 0));
  for (const [i, pixels] of scenes.entries()) original.set(pixels, i * pixels.length);
  return { original, kept: new Float32Array(scenes.length).fill(beganWithScene(span) ? 1 : 0) };
}

function promptsOf(
  samples: readonly Pick<Sample, "prompt">[],
  { model }: Pick<TrainConfig, "model">,
): Pick<Batch, "tokens" | "mask"> {
  const slots = contextLength(model.text);
  const width = tokenWidth(model);
  const tokens = new Float32Array(samples.length * slots * width);
  const mask = new Float32Array(samples.length * slots);
  for (const [i, { prompt }] of samples.entries()) {
    tokens.set(prompt.vectors, i * slots * width);
    mask.fill(1, i * slots, i * slots + prompt.count);
  }
  return { tokens, mask };
}

/** One word of each picture with a caption, if it has one to ask about; `ramp` is the weight of the terms. */
function chosenWords(
  samples: readonly Sample[],
  { model, seed, grounding }: TrainConfig,
  ramp: number,
): GroundingBatch {
  const count = samples.length;
  const slots = contextLength(model.text);
  const pixels = model.unet.imageSize ** 2;
  const words = {
    chosen: new Float32Array(count * slots),
    place: new Float32Array(count * pixels),
    placed: new Float32Array(count),
    share: new Float32Array(count),
    spoken: new Float32Array(count),
  };
  for (const [i, { index, shown, isCaptioned, prompt }] of samples.entries()) {
    // Where the colour contradicts, its word has more to do than it ever has while a picture is drawn.
    if (!isCaptioned || shown.composition === undefined || shown.disguise !== undefined) continue;
    const uniform = uniformFrom(generatorOf(seed, index, 2));
    const word = groundedWord(shown.composition.words, prompt, uniform, grounding);
    if (word === undefined) continue;
    for (const row of word.rows) words.chosen[i * slots + row] = 1;
    words.spoken[i] = ramp;
    if (word.place === null) continue;
    words.placed[i] = ramp;
    words.share[i] = word.share;
    words.place.set(
      Float32Array.from(word.place, (value) => value / 255),
      i * pixels,
    );
  }
  return words;
}

/** What captions ask for, zeros where there is none or where classifiers have no answer; and of which pictures shown readers are asked. */
function askedOf(samples: readonly Sample[], config: TrainConfig): RecognitionBatch {
  const { recognition, recognitionFrom } = config;
  const seen = new Float32Array(samples.length * headOffsets.total);
  for (const [i, { shown, isCaptioned }] of samples.entries()) {
    const labels = shown.composition?.labels ?? null;
    if (isCaptioned && labels !== null) seen.set(oneHot(labels), i * headOffsets.total);
  }
  if (recognition === 0) return { seen };
  const shownOnes = samples.slice(0, shownCount(config));
  return { seen, doubted: Float32Array.from(shownOnes, ({ t }) => (t >= recognitionFrom ? 1 : 0)) };
}

/** The empty prompt for every picture, and which are guided. */
function blanks(samples: readonly Sample[], config: TrainConfig, empty: EncodedPrompt): GuidanceBatch {
  const { tokens, mask } = promptsOf(
    samples.map(() => ({ prompt: empty })),
    config,
  );
  const { builtInGuidanceFrom: from, builtInGuidanceTo: to } = config;
  const guided = Float32Array.from(samples, ({ isCaptioned, t }) =>
    isCaptioned && t >= from && t <= to ? 1 : 0,
  );
  return { blankTokens: tokens, blankMask: mask, guided };
}
