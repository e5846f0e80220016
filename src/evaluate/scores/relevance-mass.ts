import { type AttributionMap, checkMap, isInside, type Mask } from "./map.js";

/**
 * Relevance mass accuracy: sum of the map over the mask / sum of the map, nothing clipped (Arras et al. 2022).
 *
 * 0..1 for a map without negative values, unbounded otherwise. Null for an empty mask, and for a map whose sum is not
 * positive, of which there is no part. Throws as `checkMap` does.
 */
export function relevanceMassAccuracy(map: AttributionMap, mask: Mask): number | null {
  checkMap(map, mask);
  let inside = 0;
  let total = 0;
  let area = 0;
  for (let i = 0; i < map.length; i++) {
    total += map[i]!;
    if (!isInside(mask[i]!)) continue;
    inside += map[i]!;
    area += 1;
  }
  return area === 0 || total <= 0 ? null : inside / total;
}
