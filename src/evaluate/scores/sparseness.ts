import { type AttributionMap, checkFinite } from "./map.js";

/**
 * Sparseness: the Gini index of |map|, 0 for a constant map to 1 - 1/N for a single pixel of N (Hurley & Rickard 2009;
 * Chalasani et al. 2020).
 *
 * Null for a map of zeros, which is neither spread nor concentrated. Throws InputError for a map that is not finite.
 */
export function sparseness(map: AttributionMap): number | null {
  checkFinite(map);
  const sizes = Float64Array.from(map, Math.abs).sort();
  const n = sizes.length;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) return null;
  return sizes.reduce((sum, size, i) => sum + (2 * i + 1 - n) * size, 0) / (n * total);
}
