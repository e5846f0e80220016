import * as z from "zod";
import type { Masks } from "../data/compose.js";

const times = z.number().positive().default(1);

/** How much an error in a thing or in a hat counts, beside one in the background. */
export const emphasisSchema = z.strictObject({ object: times, hat: times }).prefault({});
type Emphasis = z.infer<typeof emphasisSchema>;

/** What an error in each pixel counts [H, W], with mean 1. */
export function pixelWeights(masks: Masks, { object, hat }: Emphasis): Float32Array {
  const weights = new Float32Array(masks.background.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] = masks.background[i]! + object * masks.object[i]! + hat * masks.hat[i]!;
    total += weights[i]!;
  }
  for (let i = 0; i < weights.length; i++) weights[i]! *= weights.length / total;
  return weights;
}
