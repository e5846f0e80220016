import type { Features } from "../../src/evaluate/features.js";
import { generatorOf, normalFrom } from "../../src/random.js";

/** Features from rows of numbers. */
export function featuresOf(rows: readonly (readonly number[])[]): Features {
  return { count: rows.length, width: rows[0]?.length ?? 0, values: Float32Array.from(rows.flat()) };
}

/** Rows of independent normal numbers. */
export function normalFeatures(count: number, width: number, seed: number, shift = 0): Features {
  const normal = normalFrom(generatorOf(seed));
  return { count, width, values: Float32Array.from({ length: count * width }, () => normal() + shift) };
}
