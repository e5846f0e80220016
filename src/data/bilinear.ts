/** An 8-bit picture in three colours: rows from the top, pixels from the left. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array; // [height, width, 3]
}

/**
 * The middle of a picture [size, size, 3] after its shorter side is brought to `size` by bilinear interpolation,
 * antialiased: where the picture shrinks, the triangle is as much wider (as PIL and torchvision resize PIL images).
 */
export function shrinkToSquare({ width, height, data }: RgbImage, size: number): Uint8Array {
  const shorter = Math.min(width, height);
  const across = middleOf(width, Math.floor((size * width) / shorter), size);
  const down = middleOf(height, Math.floor((size * height) / shorter), size);
  const top = down[0]!.first;
  const bottom = Math.max(...down.map(({ first, weights }) => first + weights.length));
  const narrow = new Float32Array((bottom - top) * size * 3); // [bottom - top, size, 3]
  for (let y = top; y < bottom; y++) {
    for (const [x, { first, weights }] of across.entries()) {
      let [r, g, b] = [0, 0, 0];
      let from = (y * width + first) * 3;
      for (const weight of weights) {
        r += weight * data[from++]!;
        g += weight * data[from++]!;
        b += weight * data[from++]!;
      }
      narrow.set([r, g, b], ((y - top) * size + x) * 3);
    }
  }
  const out = new Uint8Array(size * size * 3);
  for (const [y, { first, weights }] of down.entries()) {
    for (let i = 0; i < size * 3; i++) {
      let value = 0;
      for (let k = 0; k < weights.length; k++) {
        value += weights[k]! * narrow[(first - top + k) * size * 3 + i]!;
      }
      out[y * size * 3 + i] = Math.round(value);
    }
  }
  return out;
}

/** What one new pixel takes of the old ones along an axis: weights of sum 1 from pixel `first` on. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** The taps of the middle `size` pixels of `length` that are made of `pixels`. */
function middleOf(pixels: number, length: number, size: number): Taps[] {
  const scale = pixels / length;
  const reach = Math.max(1, scale);
  const skipped = Math.floor((length - size) / 2);
  return Array.from({ length: size }, (_, i) => {
    const centre = (skipped + i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(pixels, Math.floor(centre + reach + 0.5));
    const heights = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach),
    );
    const total = heights.reduce((sum, height) => sum + height, 0);
    return { first, weights: heights.map((height) => height / total) };
  });
}
