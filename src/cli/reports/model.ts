import type { ModelSize } from "../../model/info.js";
import type { ModelConfig } from "../../model/model-config.js";

/** What `pellucid model info` prints. */
export interface ModelInfo extends ModelSize {
  readonly name: string;
  readonly hasWeights: boolean;
  readonly settings: Omit<ModelConfig, "name">;
}

const predicts: Readonly<Record<ModelConfig["prediction"], string>> = {
  x0: "the clean picture",
  eps: "the noise",
  "shifted-eps": "the noise as the process adds it",
};

/** One line a figure, for people. */
export function modelReport({ name, parameters, flopsPerForward, hasWeights, ...rest }: ModelInfo): string {
  const { unet, text, prediction } = rest.settings;
  const side = unet.imageSize;
  const lines: readonly (readonly [string, string])[] = [
    ["name", name],
    ["parameters", `${parameters.toLocaleString("en")} (${gigabytes(4 * parameters)} in float32)`],
    [
      "arithmetic",
      `${(flopsPerForward / 1e9).toPrecision(4)} GFLOP a forward pass: ${side} x ${side} pixels, ${rest.contextLength} tokens`,
    ],
    ["layers", unet.layers.kind === "bcos" ? "B-cos: pictures are sums of parts" : "ordinary, with biases"],
    ["predicts", predicts[prediction]],
    ["prompts", `${text.vectors} vectors, at most ${text.maxTokens} tokens`],
    ["weights", hasWeights ? "there" : "not there: train it, or import a checkpoint"],
  ];
  return lines.map(([key, value]) => `${key.padEnd(12)}${value}\n`).join("");
}

const gigabytes = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
