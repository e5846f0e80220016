import { InputError, UsageError } from "../../errors.js";

/** An attribution map [H, W] of one word; signed unless a score says otherwise. */
export type AttributionMap = ArrayLike<number>;

/** How much of each pixel belongs to what the word names, [H, W] in 0..1; scores read it as a yes or no, with `isInside`. */
export type Mask = ArrayLike<number>;

/** Coverage in 0..255, as scenes store it, as a mask in 0..1. */
export const maskOf = (coverage: Uint8Array): Float32Array =>
  Float32Array.from(coverage, (value) => value / 255);

/** Whether a pixel is inside the mask: half covered or more. The scores are defined for masks of yes and no. */
export const isInside = (coverage: number): boolean => coverage >= 0.5;

/** The part of the pixels that are inside the mask, 0..1: what a map that says nothing scores by chance. */
export function maskArea(mask: Mask): number {
  let area = 0;
  for (let i = 0; i < mask.length; i++) if (isInside(mask[i]!)) area += 1;
  return area / mask.length;
}

/** Throws UsageError unless map and mask are of one size, InputError for a map with a value that is not finite. */
export function checkMap(map: AttributionMap, mask: Mask): void {
  if (map.length !== mask.length)
    throw new UsageError(`map and mask must be of one size; got ${map.length} and ${mask.length} pixels`);
  checkFinite(map);
}

/** Throws InputError if a value of the map is not finite. */
export function checkFinite(map: AttributionMap): void {
  for (let i = 0; i < map.length; i++) {
    if (!Number.isFinite(map[i])) throw new InputError(`a map must be finite; got ${map[i]} at pixel ${i}`);
  }
}
