import { InputError } from "../errors.js";

/** Channels of an encoded picture: r, g, b, 1-r, 1-g, 1-b (Eq. 5). */
export const CHANNELS = 6;

/** Height and width in pixels. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/** Values of an encoded picture, 6 * height * width; throws InputError unless both are positive integers. */
export function pictureLength({ height, width }: PictureSize): number {
  if (!Number.isInteger(height) || !Number.isInteger(width) || height < 1 || width < 1)
    throw new InputError(`height and width must be positive integers; got ${height} and ${width}`);
  return CHANNELS * height * width;
}

/** Encodes rgb [3, H, W] in 0..1 as (r, g, b, 1-r, 1-g, 1-b) [6, H, W] (Eq. 5). */
export function encodePicture(rgb: ArrayLike<number>): Float32Array {
  const half = rgb.length;
  const picture = new Float32Array(2 * half); // [6, H, W]
  for (let i = 0; i < half; i++) {
    picture[i] = rgb[i]!;
    picture[half + i] = 1 - rgb[i]!;
  }
  return picture;
}

/** The rgb half [3, H, W] of an encoded picture, unclamped, as a view. */
export function rgbOf(picture: Float32Array): Float32Array {
  return picture.subarray(0, picture.length / 2);
}

/** The rgb half of an encoded picture [6, H, W] as bytes [H, W, 3], clamped to 0..1. */
export function rgbBytes(picture: Float32Array): Uint8Array<ArrayBuffer> {
  const rgb = rgbOf(picture); // [3, H, W]
  const count = rgb.length / 3;
  return Uint8Array.from({ length: rgb.length }, (_, i) => {
    const value = rgb[(i % 3) * count + Math.floor(i / 3)]!;
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  });
}
