import { type AttributionMap, checkMap, isInside, type Mask } from "./map.js";

/**
 * Relevance rank accuracy: of the K highest pixels, the part that is inside the mask of K pixels, 0..1 (Arras et al. 2022).
 *
 * Pixels that tie for the last places share them, so that a constant map scores by chance. Null for an empty mask. Throws
 * as `checkMap` does.
 */
export function relevanceRankAccuracy(map: AttributionMap, mask: Mask): number | null {
  checkMap(map, mask);
  const values = Float64Array.from(map);
  const inside = Array.from(mask, isInside);
  const places = inside.filter(Boolean).length;
  if (places === 0) return null;
  const last = values.toSorted()[values.length - places]!;
  const above = values.filter((value, i) => value > last && inside[i]).length;
  const tied = values.filter((value) => value === last).length;
  const tiedInside = values.filter((value, i) => value === last && inside[i]).length;
  const left = places - values.filter((value) => value > last).length;
  return (above + (left * tiedInside) / tied) / places;
}
