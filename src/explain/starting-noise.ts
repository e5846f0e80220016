import { rgbOf } from "../diffusion/picture.js";
import type { AffineStep } from "../diffusion/steps.js";
import type { Ledger } from "./ledger.js";
import { promptRows, rowAt } from "./relevance.js";
import { rowOfKind } from "./sources.js";

/** Parts of a stretched picture's values that may leave 0..1, at either end. */
const CLIPPED = 0.01;

/**
 * How much of the starting noise the sampler itself carries into the finished picture, past the network: the product of its
 * steps' factors of x. 0 for runs that end in a network's prediction of x0.
 */
export function carriedNoise(steps: readonly Pick<AffineStep, "input">[]): number {
  return steps.reduce((factor, { input }) => factor * input, 1);
}

/** The constant that the sampler itself adds up to in every value of the finished picture, past the network: its steps' terms in mu. */
export function carriedMean(steps: readonly Pick<AffineStep, "input" | "mu">[]): number {
  return steps.reduce((total, { input, mu }) => input * total + mu, 0);
}

/**
 * The prompt's reconstruction and the x_T [6, H, W] that the sampler carried past the network, as rgb [3, H, W] stretched to
 * 0..1; for networks that predict noise (Fig. 5). Null if nothing was carried.
 */
export function withCarriedNoise(ledger: Ledger, xT: Float32Array, carried: number): Float32Array | null {
  if (carried === 0) return null;
  const noise = rgbOf(xT);
  return stretched(rgbOf(promptSum(ledger)).map((value, i) => value + carried * noise[i]!));
}

/** The prompt's reconstruction and all that noise supplied, through the network too, as rgb [3, H, W]. */
export function withNoisePart(ledger: Ledger): Float32Array {
  const noise = rowAt(ledger, rowOfKind(ledger.sources, "noise"));
  return rgbOf(promptSum(ledger)).map((value, i) => value + noise[i]!);
}

/** Values moved and scaled so that all but a hundredth at either end lie in 0..1; 0.5 if they are all equal. */
export function stretched(values: Float32Array): Float32Array {
  const sorted = Float32Array.from(values).sort();
  const at = (part: number) => sorted[Math.round(part * (sorted.length - 1))]!;
  const [low, high] = [at(CLIPPED), at(1 - CLIPPED)];
  return values.map((value) => (high === low ? 0.5 : (value - low) / (high - low)));
}

function promptSum(ledger: Ledger): Float32Array {
  const rows = promptRows(ledger);
  return ledger.image.map((_, i) => rows.reduce((total, row) => total + row[i]!, 0)); // [6, H, W]
}
