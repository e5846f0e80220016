import * as z from "zod";
import type { Masks } from "../data/compose.js";

const times = z.number().positive().default(1);

/** How much an error in a thing or in a hat counts, beside one in the background. */
export const emphasisSchema = z.strictObject({ object: times, hat: times }).prefault({});
type Emphasis = z.infer<typeof emphasisSchema>;

/** What an error in each pixel counts [H, W], with mean 1. */
export function pixelWeights(masks: Masks, { object, hat }: Emphasis): Float32Array {
  const weights = Float32Array.from(
    masks.background,
    (share, i) => (share + object * masks.object[i]! + hat * masks.hat[i]!) / 255,
  );
  const mean = weights.reduce((total, value) => total + value, 0) / weights.length;
  return weights.map((value) => value / mean);
}
