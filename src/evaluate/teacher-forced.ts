import type { Scene } from "../data/scene.js";
import { sixChannels } from "../data/six-channels.js";
import { applyMap, cleanEstimate, diffuse } from "../diffusion/forward.js";
import { complementaryNoise } from "../diffusion/random.js";
import { alphaBars } from "../diffusion/schedule.js";
import { denoiseGraph } from "../model/graphs.js";
import type { LoadedModel } from "../model/loaded.js";
import { type ModelConfig, tokenWidth } from "../model/model-config.js";
import type { PromptEncoder } from "../model/prompt-encoder.js";
import { contextLength } from "../model/text-config.js";
import type { Compile } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";

const BATCH = 16;

/** A real picture under a caption. */
export interface ForcedPicture {
  readonly scene: Pick<Scene, "rgb">;
  readonly caption: string;
  /** Seed of the noise that covers the picture. */
  readonly seed: number;
}

/** A real scene under a caption, its own or another one. */
export interface ForcedCase extends ForcedPicture {
  readonly scene: Scene;
  /** Tokens of the caption that the network is not shown, by index; default none. */
  readonly masked?: readonly number[] | undefined;
}

/** The picture as this model takes it [6, H, W], noised until a share `alphaBar`, 0..1, of its variance is left. */
export function noisedScene(
  { scene, seed }: ForcedPicture,
  { unet, process }: Pick<ModelConfig, "unet" | "process">,
  alphaBar: number,
): Float32Array {
  const noise = complementaryNoise(seed, { height: unet.imageSize, width: unet.imageSize }, 1);
  return diffuse(sixChannels(scene.rgb), noise, alphaBar, process);
}

/** The network as a judge of real pictures; `release` frees its session. */
export interface ForcedNetwork {
  /** Clean pictures [6, H, W] predicted from the scenes noised to time step t, 0..999, in the order of the cases. */
  predict(cases: readonly ForcedCase[], t: number): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/** What the network makes of real scenes that are noised to any time step (teacher forcing). */
export async function forcedNetwork(
  { config, weights }: LoadedModel,
  encodePrompt: PromptEncoder,
  compile: Compile,
): Promise<ForcedNetwork> {
  const slots = contextLength(config.text);
  const { imageSize: side } = config.unet;
  const width = tokenWidth(config);
  const executable = await compile(lower(denoiseGraph(config, BATCH, slots).outputs, weights));
  const schedule = alphaBars({ name: config.schedule });

  const predictBatch = async (cases: readonly ForcedCase[], t: number): Promise<Float32Array[]> => {
    const alphaBar = schedule[t]!;
    const estimate = cleanEstimate(config.prediction, alphaBar, config.process);
    const length = 6 * side * side;
    const x = new Float32Array(BATCH * length); // [B, 6, H, W]
    const tokens = new Float32Array(BATCH * slots * width); // [B, K, tokenWidth]
    const mask = new Float32Array(BATCH * slots); // [B, K]
    for (const [i, item] of cases.entries()) {
      x.set(noisedScene(item, config, alphaBar), i * length);
      const { vectors, count } = await encodePrompt(item.caption);
      tokens.set(vectors, i * slots * width);
      mask.fill(1, i * slots, i * slots + count);
      for (const token of item.masked ?? []) mask[i * slots + token] = 0;
    }
    const { output } = await executable.run({ x, t: new Float32Array(BATCH).fill(t), tokens, mask });
    return cases.map((_, i) => {
      const own = [i * length, (i + 1) * length] as const;
      return applyMap(estimate, x.subarray(...own), output!.subarray(...own));
    });
  };

  return {
    async predict(cases, t) {
      const predictions: Float32Array[] = [];
      for (let start = 0; start < cases.length; start += BATCH) {
        predictions.push(...(await predictBatch(cases.slice(start, start + BATCH), t)));
      }
      return predictions;
    },
    release: () => executable.release(),
  };
}

/** Mean squared error over the channels of two pictures [6, H, W], pixels weighted by a mask [H, W]. */
export function maskedError(a: Float32Array, b: Float32Array, mask: ArrayLike<number>): number {
  const pixels = mask.length;
  let total = 0;
  let weight = 0;
  for (let pixel = 0; pixel < pixels; pixel++) {
    weight += mask[pixel]!;
    for (let i = pixel; i < a.length; i += pixels) total += mask[pixel]! * (a[i]! - b[i]!) ** 2;
  }
  return total / weight / (a.length / pixels);
}
