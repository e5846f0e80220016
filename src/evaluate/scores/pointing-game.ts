import { type AttributionMap, checkMap, isInside, type Mask } from "./map.js";

/**
 * Pointing game: 1 if the map is highest inside the mask, else 0 (Zhang et al. 2018, without tolerance).
 *
 * Where pixels tie for the highest value, the part of them that is inside: what picking one at random is worth, so that a
 * constant map scores by chance. Null for an empty mask, which nothing can hit. Throws as `checkMap` does.
 */
export function pointingGame(map: AttributionMap, mask: Mask): number | null {
  checkMap(map, mask);
  let highest = Number.NEGATIVE_INFINITY;
  let tied = 0;
  let hits = 0;
  let area = 0;
  for (let i = 0; i < map.length; i++) {
    const inside = isInside(mask[i]!) ? 1 : 0;
    area += inside;
    if (map[i]! > highest) {
      highest = map[i]!;
      tied = 0;
      hits = 0;
    }
    if (map[i] === highest) {
      tied += 1;
      hits += inside;
    }
  }
  return area === 0 ? null : hits / tied;
}
