import { cleanEstimate } from "../diffusion/forward.js";
import type { PictureSize } from "../diffusion/picture.js";
import { startingNoise, stepNoise } from "../diffusion/random.js";
import type { StepNoise } from "../diffusion/sample.js";
import { alphaBars } from "../diffusion/schedule.js";
import {
  type AffineStep,
  ancestralSteps,
  ddimSteps,
  type LastStep,
  type Spacing,
} from "../diffusion/steps.js";
import type { ModelConfig } from "../model/model-config.js";

/** How a picture is drawn from noise. */
export interface SamplingSettings {
  readonly sampler: "ddim" | "ancestral";
  /** Steps, 1 to 1000. */
  readonly steps: number;
  readonly spacing: Spacing;
  readonly last: LastStep;
  /** Noise drawn at each DDIM step, 0 (none) to 1. */
  readonly eta: number;
  /** Classifier-free guidance weight; 1 is none. */
  readonly guidance: number;
}

export const DEFAULT_SAMPLING: SamplingSettings = {
  sampler: "ddim",
  steps: 25,
  spacing: "trailing",
  last: "one",
  eta: 0,
  guidance: 1,
};

/** The sampler's steps for a model. Throws UsageError for settings out of range. */
export function samplingSteps(
  { prediction, process, schedule }: ModelConfig,
  settings: SamplingSettings,
): AffineStep[] {
  const shared = { ...settings, ...process, alphaBar: alphaBars({ name: schedule }), prediction };
  return settings.sampler === "ddim" ? ddimSteps(shared) : ancestralSteps(shared);
}

/** The one step that ends in the clean picture predicted from x_t; `t` is 0..999. */
export function predictionStep({ prediction, process, schedule }: ModelConfig, t: number): AffineStep {
  const x0 = cleanEstimate(prediction, alphaBars({ name: schedule })[t]!, process);
  return { ...x0, x0, index: 0, t, noise: 0 };
}

/** Side lengths of a model's pictures. */
export const pictureSize = ({ unet }: ModelConfig): PictureSize => ({
  height: unet.imageSize,
  width: unet.imageSize,
});

/** Where a run with this seed starts, and the noise its steps draw. */
export function seededNoise(
  config: ModelConfig,
  seed: number,
): { readonly xT: Float32Array; readonly noise: StepNoise } {
  const size = pictureSize(config);
  return { xT: startingNoise(seed, size, config.process), noise: stepNoise(seed, size) };
}
