import { type Canvas, SIZE } from "./canvas.js";
import type { Paint } from "./paint.js";
import type { Sprite } from "./sprites.js";

/** An affine map (x, y) -> (a x + b y + c, d x + e y + f). */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** The map that applies `first`, then `then`. */
export function compose(then: Affine, first: Affine): Affine {
  return {
    a: then.a * first.a + then.b * first.d,
    b: then.a * first.b + then.b * first.e,
    c: then.a * first.c + then.b * first.f + then.c,
    d: then.d * first.a + then.e * first.d,
    e: then.d * first.b + then.e * first.e,
    f: then.d * first.c + then.e * first.f + then.f,
  };
}

/** Adds the premultiplied colour at the point (u, v) of the sprite, between its four nearest pixels. */
function addSample({ width, height, pixels }: Sprite, u: number, v: number, sum: Float64Array): void {
  const x = u - 0.5;
  const y = v - 0.5;
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) return;
  const fx = x - left;
  const fy = y - top;
  const p = (top * width + left) * 4;
  const q = p + width * 4;
  if ((pixels[p + 3]! | pixels[p + 7]! | pixels[q + 3]! | pixels[q + 7]!) === 0) return;
  for (let c = 0; c < 4; c++) {
    const above = pixels[p + c]! * (1 - fx) + pixels[p + 4 + c]! * fx;
    const below = pixels[q + c]! * (1 - fx) + pixels[q + 4 + c]! * fx;
    sum[c]! += above * (1 - fy) + below * fy;
  }
}

/**
 * Draws a sprite through a map from its pixels to the canvas, averaging enough samples a pixel to miss none of
 * its own pixels; it joins the `layer` mask and hides what lies below it in both masks.
 */
export function drawSprite(
  canvas: Canvas,
  layer: "object" | "hat",
  sprite: Sprite,
  map: Affine,
  paint: Paint,
): void {
  const { a, b, c, d, e, f } = map;
  const determinant = a * e - b * d;
  const xs = [c, a * sprite.width + c, b * sprite.height + c, a * sprite.width + b * sprite.height + c];
  const ys = [f, d * sprite.width + f, e * sprite.height + f, d * sprite.width + e * sprite.height + f];
  const samples = Math.max(2, Math.ceil(Math.sqrt(1 / Math.abs(determinant))));
  const sum = new Float64Array(4);
  for (let y = Math.max(0, Math.floor(Math.min(...ys))); y < Math.min(SIZE, Math.max(...ys)); y++) {
    for (let x = Math.max(0, Math.floor(Math.min(...xs))); x < Math.min(SIZE, Math.max(...xs)); x++) {
      sum.fill(0);
      for (let i = 0; i < samples * samples; i++) {
        const dx = x + ((i % samples) + 0.5) / samples - c;
        const dy = y + (Math.floor(i / samples) + 0.5) / samples - f;
        addSample(sprite, (e * dx - b * dy) / determinant, (a * dy - d * dx) / determinant, sum);
      }
      if (sum[3]! <= samples * samples) continue;
      const alpha = sum[3]! / (255 * samples * samples);
      const toColour = 255 / sum[3]!;
      for (let k = 0; k < 3; k++) sum[k]! *= toColour;
      paint(sum);
      const pixel = y * SIZE + x;
      for (let k = 0; k < 3; k++) {
        const under = canvas.rgb[pixel * 3 + k]!;
        canvas.rgb[pixel * 3 + k] = under + (sum[k]! - under) * alpha;
      }
      canvas.object[pixel]! *= 1 - alpha;
      canvas.hat[pixel]! *= 1 - alpha;
      canvas[layer][pixel]! += alpha;
    }
  }
}
