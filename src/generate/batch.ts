import { guided } from "../diffusion/guidance.js";
import { type Denoise, sample } from "../diffusion/sample.js";
import { denoiseGraph } from "../model/graphs.js";
import type { LoadedModel } from "../model/loaded.js";
import { tokenWidth } from "../model/model-config.js";
import type { EncodedPrompt, PromptEncoder } from "../model/prompt-encoder.js";
import { contextLength } from "../model/text-config.js";
import type { Compile, Executable } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";
import { lastStep } from "./draw.js";
import { type SamplingSettings, samplingSteps, seededNoise } from "./sampling.js";

const BATCH = 16;

/** A picture to draw: prompt and seed. */
export interface Order {
  readonly prompt: string;
  readonly seed: number;
}

export interface BatchRun {
  readonly model: LoadedModel;
  readonly encodePrompt: PromptEncoder;
  readonly orders: readonly Order[];
  readonly settings: SamplingSettings;
  readonly compile: Compile;
  readonly signal?: AbortSignal;
}

/**
 * Draws many pictures [6, H, W], sixteen at a time with one compiled network, and yields them in order.
 *
 * For statistics: products of another batch size round differently, so that pixels differ in the last bits from those of
 * `plainArtist`, and a picture's last bits do not depend on its neighbours. Throws CancelledError.
 */
export async function* drawMany(run: BatchRun): AsyncGenerator<Float32Array, void, undefined> {
  const { model, encodePrompt, orders, settings, compile, signal } = run;
  const { outputs } = denoiseGraph(model.config, BATCH, contextLength(model.config.text));
  const executable = await compile(lower(outputs, model.weights));
  const steps = samplingSteps(model.config, settings);
  const nothing = new Array<EncodedPrompt>(BATCH).fill(await encodePrompt(""));
  try {
    for (let start = 0; start < orders.length; start += BATCH) {
      const own = orders.slice(start, start + BATCH);
      const seeds = Array.from({ length: BATCH }, (_, i) => (own[i] ?? own[0]!).seed);
      const noises = seeds.map((seed) => seededNoise(model.config, seed));
      const prompts = await Promise.all(own.map(({ prompt }) => encodePrompt(prompt)));
      const conditional = denoiser(model, executable, prompts);
      const unconditional = denoiser(model, executable, nothing);
      const denoise = guided(conditional, unconditional, settings.guidance);
      const { x } = await lastStep(
        sample({
          denoise,
          steps,
          signal,
          xT: joined(noises.map(({ xT }) => xT)),
          noise: (index) => joined(noises.map(({ noise }) => noise(index))),
        }),
      );
      const length = x.length / BATCH;
      for (const i of own.keys()) yield x.subarray(i * length, (i + 1) * length);
    }
  } finally {
    await executable.release();
  }
}

/** The network for a batch of prompts; pictures without one are drawn of nothing. */
function denoiser(
  { config }: LoadedModel,
  executable: Executable,
  prompts: readonly EncodedPrompt[],
): Denoise {
  const slots = contextLength(config.text);
  const width = tokenWidth(config);
  const tokens = new Float32Array(BATCH * slots * width); // [B, K, tokenWidth]
  const mask = new Float32Array(BATCH * slots); // [B, K]
  prompts.forEach(({ vectors, count }, i) => {
    tokens.set(vectors, i * slots * width);
    mask.fill(1, i * slots, i * slots + count);
  });
  return async (x, t) =>
    (await executable.run({ x, t: new Float32Array(BATCH).fill(t), tokens, mask })).output!;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.length * parts[0]!.length);
  parts.forEach((part, i) => {
    whole.set(part, i * part.length);
  });
  return whole;
}
