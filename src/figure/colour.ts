import type { PictureSize } from "../diffusion/picture.js";
import { UsageError } from "../errors.js";
import type { Raster } from "./block.js";

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Every fifteenth of viridis's 256 colours (Smith, van der Walt and Firing 2015): even in lightness, and safe for the colour-blind. */
const VIRIDIS: readonly Rgb[] = (
  "440154 481769 472a7a 433d84 3d4e8a 355e8d 2e6d8e 297b8e 23898e " +
  "1f978b 21a585 2eb37c 46c06f 65cb5e 89d548 b0dd2f d8e219 fde725"
)
  .split(" ")
  .map((hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)))
  .map(([r = 0, g = 0, b = 0]) => [r, g, b]);

/** The colour of a value in 0..1; values beyond take the colour of the nearer end. */
export function viridis(value: number): Rgb {
  const place = clamped(value) * (VIRIDIS.length - 1);
  const index = Math.min(Math.floor(place), VIRIDIS.length - 2);
  const [low, high] = [VIRIDIS[index]!, VIRIDIS[index + 1]!];
  const between = (channel: 0 | 1 | 2) =>
    Math.round(low[channel] + (high[channel] - low[channel]) * (place - index));
  return [between(0), between(1), between(2)];
}

/** A map [H, W] of values >= 0 in viridis, its brightest end standing for `scale`. Throws UsageError if the sizes differ. */
export function mapRaster(map: Float32Array, { width, height }: PictureSize, scale: number): Raster {
  checkLength(map.length, width * height);
  const rgb = new Uint8Array(3 * map.length); // [H, W, 3]
  map.forEach((value, i) => {
    rgb.set(viridis(value / scale), 3 * i);
  });
  return { width, height, rgb };
}

/** A picture [3, H, W] of values in 0..1, clamped. Throws UsageError if the sizes differ. */
export function pictureRaster(picture: Float32Array, { width, height }: PictureSize): Raster {
  const pixels = width * height;
  checkLength(picture.length, 3 * pixels);
  const rgb = Uint8Array.from(picture, (_, i) => {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    return Math.round(255 * clamped(picture[channel * pixels + pixel]!));
  }); // [H, W, 3]
  return { width, height, rgb };
}

function checkLength(got: number, wanted: number): void {
  if (got !== wanted) throw new UsageError(`a panel must have ${wanted} values; got ${got}`);
}

function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}
