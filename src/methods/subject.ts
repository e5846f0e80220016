import type { Drawing } from "../generate/draw.js";
import { predictionStep, samplingSteps, seededNoise } from "../generate/sampling.js";
import type { Subject } from "./method.js";

/** The finished picture of a seed. Throws UsageError for settings out of range. */
export function finishedPicture(
  { model, prompt, settings }: Drawing,
  seed: number,
  signal?: AbortSignal,
): Subject {
  const steps = samplingSteps(model.config, settings);
  return { prompt, seed, steps, signal, ...seededNoise(model.config, seed) };
}

/** The clean picture predicted at once from x [6, H, W] noised to t, 0..999: teacher forcing, or a step of a run. */
export function prediction(
  { model, prompt }: Pick<Drawing, "model" | "prompt">,
  { x, t, seed }: { readonly x: Float32Array; readonly t: number; readonly seed: number },
  signal?: AbortSignal,
): Subject {
  return { prompt, seed, xT: x, steps: [predictionStep(model.config, t)], signal };
}
