import { rgbOf } from "./diffusion/picture.js";
import { pictureDistance } from "./explain/counterfactual.js";
import type { ExplainedStep, Ledger } from "./explain/ledger.js";
import type { Explanation } from "./explain/schema.js";
import type { RecordedStep } from "./explain/timeline.js";
import { figurePanels } from "./figure/panels.js";
import { explainedPng } from "./files/explained-png.js";
import { explanationFigure } from "./files/figure.js";
import { loadModel } from "./files/model.js";
import { toPixels } from "./files/picture-grid.js";
import { encodePng } from "./files/png.js";
import { openPromptEncoder } from "./files/prompt-encoder.js";
import { type Drawing, type ExplainingArtist, explainingArtist, releaseAll } from "./generate/draw.js";
import { documentOf, ledgerOf, recordedDrawing } from "./generate/explain.js";
import { DEFAULT_SAMPLING, type SamplingSettings } from "./generate/sampling.js";
import { openCounterfactuals } from "./methods/counterfactuals.js";
import type { LoadedModel } from "./model/loaded.js";
import { type Device, nodeCompiler } from "./runtime/node.js";

/** How `generate` makes a picture; what is left out has the default of the command line. */
export interface GenerateOptions extends Partial<SamplingSettings> {
  /** Name of a bundled model, a model's folder, or a loaded model. */
  readonly model?: string | LoadedModel;
  readonly seed?: number;
  /** Draws the picture without each word too, at the price of a plain picture per word. */
  readonly counterfactuals?: boolean;
  /** CLIP's weights, for models that read prompts with it: a file, the index of shards, or a folder with either. */
  readonly textWeights?: string;
  readonly device?: Device;
  /** Aborts within one step; the promise then rejects with CancelledError. */
  readonly signal?: AbortSignal;
  /** Called after every step with the picture so far and every source's part of it. */
  readonly onStep?: (step: ExplainedStep) => void;
}

/** A picture and its account. */
export interface Generated {
  /** Channels r, g, b, 1-r, 1-g, 1-b [6, H, W], unclamped. */
  readonly image: Float32Array;
  /** What each source contributed; the rows add up to `image`. */
  readonly ledger: Ledger;
  readonly explanation: Explanation;
  /** With `counterfactuals`: for each word, the picture [6, H, W] of the same seed without it. */
  readonly without?: readonly Float32Array[] | undefined;
}

/**
 * Makes a picture from a prompt, and the exact account of every pixel.
 *
 * Throws UsageError for options out of range, InputError for a prompt that is too long or a damaged model.
 */
export async function generate(prompt: string, options: GenerateOptions = {}): Promise<Generated> {
  const { seed = 0, signal, onStep } = options;
  const drawing = await drawingOf(prompt, options);
  const artist = await explainingArtist(drawing);
  const others = options.counterfactuals ? await openCounterfactuals(drawing) : undefined;
  try {
    let last: RecordedStep | undefined;
    for await (const step of recordedDrawing(drawing, artist, seed, signal)) {
      onStep?.(step);
      last = step;
    }
    if (last === undefined) throw new Error("a run has at least one step");
    return finish(drawing, artist, last, seed, await others?.draw(seed, signal));
  } finally {
    await releaseAll([artist, others]);
  }
}

async function drawingOf(
  prompt: string,
  { model = "emoji", device = "cpu", textWeights, ...rest }: GenerateOptions,
): Promise<Drawing> {
  const loaded = typeof model === "string" ? loadModel(model) : model;
  const settings: SamplingSettings = {
    sampler: rest.sampler ?? DEFAULT_SAMPLING.sampler,
    steps: rest.steps ?? DEFAULT_SAMPLING.steps,
    spacing: rest.spacing ?? DEFAULT_SAMPLING.spacing,
    last: rest.last ?? DEFAULT_SAMPLING.last,
    eta: rest.eta ?? DEFAULT_SAMPLING.eta,
    guidance: rest.guidance ?? DEFAULT_SAMPLING.guidance,
  };
  const compile = nodeCompiler({ device });
  const encodePrompt = await openPromptEncoder(loaded.config, { textWeights, compile });
  return { model: loaded, encodePrompt, prompt: await encodePrompt(prompt), settings, compile };
}

/** A finished run's picture, ledger and document, and what the pictures `without` each word say. */
export function finish(
  drawing: Drawing,
  artist: ExplainingArtist,
  step: RecordedStep,
  seed: number,
  without?: readonly Float32Array[],
): Generated {
  const ledger = ledgerOf(drawing, artist, step);
  const distances = without?.map((picture) => pictureDistance(step.x, picture));
  const explanation = documentOf(drawing, ledger, seed, { history: step.history, distances });
  return { image: step.x, ledger, explanation, without };
}

/** The picture as PNG; how it was made and its explanation travel inside. */
export async function picturePng({ image, ledger, explanation }: Generated): Promise<Uint8Array> {
  return explainedPng(await encodePng(toPixels(image, ledger.size.width)), explanation);
}

/** The picture, its reconstructions and one map per word, as PNG. */
export async function figurePng({ ledger, explanation, without }: Generated): Promise<Uint8Array> {
  const panels = { ...figurePanels(ledger, explanation), without: without?.map(rgbOf) };
  const figure = await explanationFigure(explanation, panels);
  return explainedPng(figure, explanation);
}
