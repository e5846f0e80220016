import { flopsOf } from "../graph/flops.js";
import { denoiseGraph } from "./graphs.js";
import type { ModelConfig } from "./model-config.js";
import { contextLength } from "./text-config.js";
import { countParameters } from "./weights.js";

/** What a model's settings come to. */
export interface ModelSize {
  /** Learnt numbers; CLIP's, which are not, left out. */
  readonly parameters: number;
  /** Floating-point operations of all products in a forward pass: one picture, the longest prompt. */
  readonly flopsPerForward: number;
  /** Rows of that prompt. */
  readonly contextLength: number;
}

/** Sizes of a model from its settings alone; no weights are made. */
export function modelSize(config: ModelConfig): ModelSize {
  const rows = contextLength(config.text);
  const { outputs, parameters } = denoiseGraph(config, 1, rows);
  return {
    parameters: countParameters(parameters),
    flopsPerForward: flopsOf([outputs.output]),
    contextLength: rows,
  };
}
