import { type Attributes, conflict } from "./attributes.js";
import type { Picture } from "./compose.js";
import { isHeldOut } from "./held-out.js";
import { inColour, luminance } from "./paint.js";
import { COLOURS, type Colour, type Rgb } from "./vocabulary.js";

/** The colours that the thing could have had as well: not its own, not lost against what is near, not one that training never shows on it. */
export function otherColours(attributes: Attributes): readonly Colour[] {
  return COLOURS.filter((objectColour) => {
    const other = { ...attributes, objectColour };
    return objectColour !== attributes.objectColour && conflict(other) === null && !isHeldOut(other);
  });
}

/** The picture [64, 64, 3] in 0..255 with its thing in one colour, the mean of its luminance becoming that colour; all else stays. */
export function repainted({ rgb, masks: { object } }: Picture, colour: Rgb): Uint8Array {
  const covered = object.reduce((sum, value) => sum + value, 0);
  const light = object.reduce((sum, value, pixel) => sum + value * luminance(rgb.subarray(3 * pixel)), 0);
  if (covered === 0) return rgb.slice();
  const paint = inColour(colour, light / covered);
  const out = rgb.slice();
  const own = new Float64Array(3);
  for (const [pixel, value] of object.entries()) {
    if (value === 0) continue;
    for (let channel = 0; channel < 3; channel++) own[channel] = rgb[3 * pixel + channel]!;
    paint(own);
    for (let channel = 0; channel < 3; channel++) {
      const at = 3 * pixel + channel;
      out[at] = Math.round(rgb[at]! + (value / 255) * (own[channel]! - rgb[at]!));
    }
  }
  return out;
}
