import type { Random } from "./random.js";
import type { Rgb } from "./vocabulary.js";

/** Width and height of a scene, in pixels. */
export const SIZE = 64;

/** A picture being painted: `rgb` [SIZE, SIZE, 3] in 0..255; `object` and `hat` [SIZE, SIZE] coverage in 0..1. */
export interface Canvas {
  readonly rgb: Float32Array;
  readonly object: Float32Array;
  readonly hat: Float32Array;
}

export function blankCanvas(): Canvas {
  return {
    rgb: new Float32Array(SIZE * SIZE * 3),
    object: new Float32Array(SIZE * SIZE),
    hat: new Float32Array(SIZE * SIZE),
  };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** The colour `share` of the way from `from` to `to`. */
export function blend(from: Rgb, to: Rgb, share: number): Rgb {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** The colour with each channel moved by up to `range`. */
export function jitter(random: Random, colour: Rgb, range: number): Rgb {
  return [
    clamp(colour[0] + random.between(-range, range), 0, 255),
    clamp(colour[1] + random.between(-range, range), 0, 255),
    clamp(colour[2] + random.between(-range, range), 0, 255),
  ];
}

/** Lays a colour over the pixel at row y, column x with the given coverage in 0..1. */
export function cover(canvas: Canvas, x: number, y: number, colour: Rgb, coverage: number): void {
  const at = (y * SIZE + x) * 3;
  for (let c = 0; c < 3; c++) {
    const under = canvas.rgb[at + c]!;
    canvas.rgb[at + c] = under + (colour[c]! - under) * coverage;
  }
}
