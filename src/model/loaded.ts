import type { ModelConfig } from "./model-config.js";
import type { Weights } from "./weights.js";

/** A model ready to be compiled. */
export interface LoadedModel {
  readonly config: ModelConfig;
  readonly weights: Weights;
  /** SHA-256 of configuration and weights, hexadecimal. */
  readonly digest: string;
}
