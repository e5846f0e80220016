import * as z from "zod";
import type { Prediction } from "../diffusion/forward.js";
import { generatorOf, normalFrom } from "../random.js";

/** How often each time step is trained. */
export const timesSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("uniform") }),
  /** t / T = sigmoid(n), n ~ N(mean, deviation) (Esser et al. 2024). */
  z.strictObject({ kind: z.literal("logit-normal"), mean: z.number(), deviation: z.number().positive() }),
]);
type Times = z.infer<typeof timesSchema>;

/** How much an error of the clean picture counts, by the signal-to-noise ratio alphaBar / (1 - alphaBar). */
export const weightingSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("constant") }),
  /** The ratio within [low, high]: low 0, high 5 is min-SNR (Hang et al. 2023), low 1 truncated SNR (Salimans and Ho 2022). */
  z.strictObject({
    kind: z.literal("clamped-snr"),
    low: z.number().nonnegative(),
    high: z.number().positive(),
  }),
]);
type Weighting = z.infer<typeof weightingSchema>;

/** Time step of sample `index` of a run, 0..count - 1. */
export function timeStepOf(
  seed: number,
  index: number,
  uniform: number,
  times: Times,
  count: number,
): number {
  switch (times.kind) {
    case "uniform":
      return Math.floor(uniform * count);
    case "logit-normal": {
      const normal = normalFrom(generatorOf(seed, index, 1))();
      const share = 1 / (1 + Math.exp(-(times.mean + times.deviation * normal)));
      return Math.min(count - 1, Math.floor(share * count));
    }
  }
}

/** What a sample's squared error of its target is multiplied by; the target of an eps-model is the noise. */
export function lossWeightOf(alphaBar: number, weighting: Weighting, prediction: Prediction): number {
  if (weighting.kind === "constant") return 1;
  const ratio = alphaBar / (1 - alphaBar);
  const weight = Math.min(weighting.high, Math.max(weighting.low, ratio));
  return prediction === "x0" ? weight : weight / ratio;
}
