import type { PictureSize } from "../diffusion/picture.js";
import { UsageError } from "../errors.js";

/** A rectangle of a picture, in pixels from the top left. */
export interface Region extends PictureSize {
  readonly x: number;
  readonly y: number;
}

/** Reads "x,y,w,h". Throws UsageError unless it is a rectangle of at least one pixel within the picture. */
export function parseRegion(text: string, { width, height }: PictureSize): Region {
  const numbers = text.split(",").map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : Number.NaN));
  const [x, y, w, h] = numbers;
  const isRectangle = numbers.length === 4 && numbers.every(Number.isInteger) && w! > 0 && h! > 0;
  if (!isRectangle || x! + w! > width || y! + h! > height)
    throw new UsageError(
      `a region must be x,y,w,h in pixels from the top left, within the ${width} x ${height} picture; got ${JSON.stringify(text)}; such as 0,0,${Math.ceil(width / 2)},${Math.ceil(height / 2)}`,
    );
  return { x: x!, y: y!, width: w!, height: h! };
}

/** Each map's part of the sum of all maps [H, W] in a region, 0..1; all 0 where there is nothing. */
export function regionShares(
  maps: readonly Float32Array[],
  { width }: PictureSize,
  region: Region,
): number[] {
  const sums = maps.map((map) => {
    let sum = 0;
    for (let y = region.y; y < region.y + region.height; y++) {
      for (let x = region.x; x < region.x + region.width; x++) sum += map[y * width + x]!;
    }
    return sum;
  });
  const total = sums.reduce((a, b) => a + b, 0);
  return sums.map((sum) => (total === 0 ? 0 : sum / total));
}
