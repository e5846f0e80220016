import { clamp } from "./canvas.js";
import type { Random } from "./random.js";
import type { Rgb } from "./vocabulary.js";

/** Changes one colour (r, g, b in 0..255) in place. */
export type Paint = (colour: Float64Array) => void;

/**
 * The drawing's own colours, a little lighter or darker and turned by up to 7 degrees of hue, so that no two
 * pictures of a drawing are the same.
 */
export function ownColours(random: Random): Paint {
  const turn = random.between(-0.07, 0.07);
  const gain = random.between(0.93, 1.05);
  return (colour) => {
    const [r, g, b] = [colour[0]!, colour[1]!, colour[2]!];
    colour[0] = clamp((r + turn * (b - g)) * gain, 0, 255);
    colour[1] = clamp((g + turn * (r - b)) * gain, 0, 255);
    colour[2] = clamp((b + turn * (g - r)) * gain, 0, 255);
  };
}

/** How light a colour (r, g, b in 0..255) is, 0..1. */
export const luminance = (colour: ArrayLike<number>): number =>
  (0.3 * colour[0]! + 0.59 * colour[1]! + 0.11 * colour[2]!) / 255;

/** The drawing in one colour: its `pivot` luminance becomes the colour, darker parts shade it, lighter parts tint it. */
export function inColour([red, green, blue]: Rgb, pivot: number): Paint {
  const middle = clamp(pivot, 0.12, 0.85);
  return (colour) => {
    const light = luminance(colour);
    const shade = light < middle ? 0.3 + 0.7 * (light / middle) : 1;
    const tint = light < middle ? 0 : (0.8 * (light - middle)) / (1 - middle);
    colour[0] = red * shade + (255 - red) * tint;
    colour[1] = green * shade + (255 - green) * tint;
    colour[2] = blue * shade + (255 - blue) * tint;
  };
}
