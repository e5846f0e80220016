import { lastStep, plainArtist } from "../generate/draw.js";
import { DEFAULT_SAMPLING } from "../generate/sampling.js";
import type { LoadedModel } from "../model/loaded.js";
import type { PromptEncoder } from "../model/prompt-encoder.js";
import type { Compile } from "../runtime/executable.js";
import type { TrainConfig } from "./config.js";
import { averagesOf, type TrainingState } from "./state.js";

/** The model that a run has come to: its averaged weights. */
export function averagedModel(config: TrainConfig, state: TrainingState): LoadedModel {
  const weights = new Map(averagesOf(state).map(({ name, values }) => [name, values]));
  return { config: config.model, weights, digest: "in training" };
}

/** One picture [6, H, W] for each prompt, all from the same seed. */
export async function drawSamples(
  model: LoadedModel,
  encodePrompt: PromptEncoder,
  prompts: readonly string[],
  compile: Compile,
): Promise<Float32Array[]> {
  const pictures: Float32Array[] = [];
  for (const text of prompts) {
    const prompt = await encodePrompt(text);
    const artist = await plainArtist({ model, encodePrompt, prompt, settings: DEFAULT_SAMPLING, compile });
    const { x } = await lastStep(artist.draw(0));
    await artist.release();
    pictures.push(x);
  }
  return pictures;
}
