import { rgbOf } from "../diffusion/picture.js";
import { UsageError } from "../errors.js";

/** How far two pictures [6, H, W] look apart, 0..1: root of the mean squared difference over rgb, as they are shown. */
export function pictureDistance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length)
    throw new UsageError(`pictures must be of one size; got ${a.length} and ${b.length} values`);
  const shown = (value: number) => Math.min(1, Math.max(0, value));
  const other = rgbOf(b);
  const squares = rgbOf(a).reduce((sum, value, i) => sum + (shown(value) - shown(other[i]!)) ** 2, 0);
  return Math.sqrt(squares / other.length);
}
