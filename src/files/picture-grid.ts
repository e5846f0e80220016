import { rgbBytes } from "../diffusion/picture.js";
import type { Pixels } from "./png.js";

/** The rgb half of an encoded picture [6, H, W] as 8-bit pixels, clamped to 0..1. */
export function toPixels(picture: Float32Array, width: number): Pixels {
  const data = rgbBytes(picture);
  return { width, height: data.length / 3 / width, channels: 3, data };
}

/** Pictures of one size in rows of `columns`, two white pixels apart. */
export function pictureGrid(pictures: readonly Pixels[], columns: number): Pixels {
  const gap = 2;
  const { width, height } = pictures[0]!;
  const rows = Math.ceil(pictures.length / columns);
  const total = { width: columns * (width + gap) - gap, height: rows * (height + gap) - gap };
  const data = new Uint8Array(total.width * total.height * 3).fill(255);
  for (const [index, picture] of pictures.entries()) {
    const left = (index % columns) * (width + gap);
    const top = Math.floor(index / columns) * (height + gap);
    for (let y = 0; y < height; y++) {
      const row = picture.data.subarray(y * width * 3, (y + 1) * width * 3);
      data.set(row, ((top + y) * total.width + left) * 3);
    }
  }
  return { ...total, channels: 3, data };
}
