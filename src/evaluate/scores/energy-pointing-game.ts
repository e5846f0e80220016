import { type AttributionMap, checkMap, isInside, type Mask } from "./map.js";

/**
 * Energy pointing game: the part of the map's positive values that lies in the mask, 0..1 (Wang et al. 2020, Score-CAM).
 *
 * 0 for a map without a positive value, which shows nothing; null for an empty mask. Throws as `checkMap` does.
 */
export function energyPointingGame(map: AttributionMap, mask: Mask): number | null {
  checkMap(map, mask);
  let inside = 0;
  let total = 0;
  let area = 0;
  for (let i = 0; i < map.length; i++) {
    const energy = Math.max(0, map[i]!);
    total += energy;
    if (!isInside(mask[i]!)) continue;
    inside += energy;
    area += 1;
  }
  if (area === 0) return null;
  return total === 0 ? 0 : inside / total;
}
