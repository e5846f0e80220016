import type { Colour } from "../../src/data/vocabulary.js";

/** Straight (not premultiplied) RGBA. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

function luminance(r: number, g: number, b: number): number {
  return (0.3 * r + 0.59 * g + 0.11 * b) / 255;
}

/**
 * The luminance (0..1) that recolouring turns into the pure colour, so that the body and not its lights or its
 * outline takes it: the 40th percentile of the opaque pixels, for black bodies with white bellies the 25th.
 */
export function pivotOf({ pixels }: Bitmap, colour: Colour): number {
  const levels: number[] = [];
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i + 3]! > 200) levels.push(luminance(pixels[i]!, pixels[i + 1]!, pixels[i + 2]!));
  }
  levels.sort((a, b) => a - b);
  return Number((levels[Math.floor(levels.length * (colour === "black" ? 0.25 : 0.4))] ?? 0.5).toFixed(4));
}

/** Blue and purple pixels as greys, the dark ones darker still; other hues stay. */
export function neutralise({ width, height, pixels }: Bitmap): Bitmap {
  const out = pixels.slice();
  for (let i = 0; i < out.length; i += 4) {
    const [r, g, b] = [out[i]!, out[i + 1]!, out[i + 2]!];
    const blueOrPurple = b > g && b >= r * 0.9;
    if (!blueOrPurple) continue;
    const level = luminance(r, g, b);
    out.fill(Math.round(255 * level * (0.55 + 0.45 * level)), i, i + 3);
  }
  return { width, height, pixels: out };
}
