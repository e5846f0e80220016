import type { ModelConfig } from "./model-config.js";
import type { NeglectCalibration } from "./neglect-calibration.js";
import type { Weights } from "./weights.js";

/** A model ready to be compiled. */
export interface LoadedModel {
  readonly config: ModelConfig;
  readonly weights: Weights;
  /** SHA-256 of configuration and weights, hexadecimal. */
  readonly digest: string;
  /** How to tell words that it ignored, if that was measured; of which weights and settings, it says itself. */
  readonly neglect?: NeglectCalibration | undefined;
}
