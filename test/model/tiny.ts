import { sizeOf } from "../../src/graph/shape.js";
import type { UNetConfig } from "../../src/model/config.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import type { LoadedModel } from "../../src/model/loaded.js";
import { type ModelConfig, parseModelConfig } from "../../src/model/model-config.js";
import { wordOf } from "../../src/random.js";
import { direction } from "../graph/derivatives.js";

/** Settings of a network that runs in milliseconds. */
export const tinyUNet = {
  imageSize: 16,
  patch: 2,
  modelChannels: 8,
  channelMultipliers: [1, 2],
  attentionFactors: [1, 2],
  headChannels: 4,
  contextWidth: 12,
  groups: 2,
  layers: { kind: "bcos", weights: "scaled", finalWeights: "scaled" },
};

export const tinyText = { vectors: "random", maxTokens: 8 };

/** A whole model's settings around a tiny network. */
export function tinyConfig(
  unet: Partial<Record<keyof UNetConfig, unknown>> = {},
  rest: Partial<Record<keyof ModelConfig, unknown>> = {},
): ModelConfig {
  return parseModelConfig({ name: "tiny", text: tinyText, ...rest, unet: { ...tinyUNet, ...unet } });
}

/** Settings with weights of ordinary size, as after training: none of them silent. */
export function tinyModel(config: ModelConfig = tinyConfig()): LoadedModel {
  const { parameters } = denoiseGraph(config, 1, 1);
  const weights = new Map(
    parameters.map(({ name, shape, start }) => {
      const bound = start.kind === "uniform" ? start.bound : 0.3;
      const centre = start.kind === "constant" ? start.value : 0;
      const values = direction(wordOf(name), sizeOf(shape)).map((value) => centre + bound * value);
      return [name, Float32Array.from(values)];
    }),
  );
  return { config, weights, digest: "0".repeat(64) };
}
