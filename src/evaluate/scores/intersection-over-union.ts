import { UsageError } from "../../errors.js";
import { type AttributionMap, checkMap, isInside, type Mask } from "./map.js";

/**
 * Intersection over union of the mask and of the pixels above `fraction` of the map's highest value, 0..1.
 *
 * 0.4 is the threshold of DAAM (Tang et al. 2023), which stretches each map from its lowest to its highest value first;
 * here 0 stays 0. A map without a positive value selects no pixel. Null for an empty mask. Throws UsageError for a fraction
 * outside 0..1, and as `checkMap` does.
 */
export function intersectionOverUnion(map: AttributionMap, mask: Mask, fraction = 0.4): number | null {
  if (!(fraction >= 0 && fraction < 1))
    throw new UsageError(`fraction must be at least 0 and below 1; got ${fraction}`);
  checkMap(map, mask);
  let highest = 0;
  for (let i = 0; i < map.length; i++) highest = Math.max(highest, map[i]!);
  let both = 0;
  let either = 0;
  let area = 0;
  for (let i = 0; i < map.length; i++) {
    const inside = isInside(mask[i]!);
    const selected = map[i]! > fraction * highest;
    if (inside) area += 1;
    if (inside && selected) both += 1;
    if (inside || selected) either += 1;
  }
  return area === 0 ? null : both / either;
}
