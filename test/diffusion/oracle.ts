import { HALF_PROCESS, type Prediction, type Process } from "../../src/diffusion/forward.js";
import { encodePicture } from "../../src/diffusion/picture.js";
import type { Denoise, SampleStep } from "../../src/diffusion/sample.js";
import { alphaBars } from "../../src/diffusion/schedule.js";

export const ALPHA_BAR = alphaBars();
export const SIZE = { height: 8, width: 8 };

/** A complementary picture [6, 8, 8] with every value in 0..1. */
export const PICTURE = encodePicture(
  Float32Array.from({ length: 3 * 64 }, (_, i) => ((i * 37 + 11) % 101) / 100),
);

/** The network that knows the picture: it returns x0, or the noise that separates x_t from x0, as it is or as it is added. */
export function oracle(
  x0: Float32Array,
  prediction: Prediction,
  { mu, sigma }: Process = HALF_PROCESS,
): Denoise {
  if (prediction === "x0") return async () => x0;
  return async (x, t) => {
    const signal = Math.sqrt(ALPHA_BAR[t]!);
    const spread = sigma * Math.sqrt(1 - ALPHA_BAR[t]!);
    const eps = x.map((value, i) => (value - signal * x0[i]! - (1 - signal) * mu) / spread);
    return prediction === "eps" ? eps : eps.map((value) => mu + sigma * value);
  };
}

export function meanSquaredError(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length;
}

/** The last step that a run yields. */
export async function finish<Step extends SampleStep>(run: AsyncIterable<Step>): Promise<Step> {
  let last: Step | undefined;
  for await (const step of run) last = step;
  if (last === undefined) throw new Error("the run yielded nothing");
  return last;
}
