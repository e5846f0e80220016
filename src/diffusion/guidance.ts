import { UsageError } from "../errors.js";
import type { Denoise } from "./sample.js";

/**
 * Classifier-free guidance u + weight (c - u) on network outputs (Ho & Salimans 2022), for x0- and eps-prediction alike.
 * Weight 1 is the conditional network itself, which then runs alone; throws UsageError unless the weight is finite and >= 0.
 */
export function guided(conditional: Denoise, unconditional: Denoise, weight: number): Denoise {
  checkGuidance(weight);
  if (weight === 1) return conditional;
  return async (x, t) => {
    const c = await conditional(x, t);
    const u = await unconditional(x, t);
    return blend(c, u, weight);
  };
}

/** u + weight (c - u), value by value. */
export function blend(conditional: Float32Array, unconditional: Float32Array, weight: number): Float32Array {
  return unconditional.map((u, i) => u + weight * (conditional[i]! - u));
}

/** Throws UsageError unless a guidance weight is finite and not negative. */
export function checkGuidance(weight: number): void {
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
    throw new UsageError(`guidance must be 0 or more; got ${weight}; 1 turns it off`);
}
