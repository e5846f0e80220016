import { InputError } from "../errors.js";
import type { Features } from "./features.js";

/**
 * The distance from each row of `queries` to the nearest row of `gallery`: root mean square over the features, each in
 * standard deviations of the gallery. 0 is a copy; two random rows of the gallery are 1.4 apart.
 * Throws InputError if the gallery has fewer than two rows or the widths differ.
 */
export function nearestDistances(queries: Features, gallery: Features): number[] {
  const { width } = gallery;
  if (queries.width !== width || gallery.count < 2) {
    throw new InputError(
      `nearest distances take at least 2 real pictures and features of one width; got ${gallery.count} of ` +
        `width ${width} and ${queries.count} of width ${queries.width}; use more pictures and one network`,
    );
  }
  const scale = scales(gallery);
  const unit = (features: Features) => features.values.map((value, i) => value * scale[i % width]!);
  const [from, to] = [unit(queries), unit(gallery)];
  return Array.from({ length: queries.count }, (_, i) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (let j = 0; j < gallery.count; j++) {
      let squares = 0;
      for (let k = 0; k < width && squares < nearest; k++) {
        const difference = from[i * width + k]! - to[j * width + k]!;
        squares += difference * difference;
      }
      nearest = Math.min(nearest, squares);
    }
    return Math.sqrt(nearest / width);
  });
}

/** One over the standard deviation of each feature; 0 for a feature that never changes. */
function scales({ count, width, values }: Features): Float64Array {
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (let i = 0; i < values.length; i++) mean[i % width]! += values[i]! / count;
  for (let i = 0; i < values.length; i++) {
    square[i % width]! += (values[i]! - mean[i % width]!) ** 2 / (count - 1);
  }
  return square.map((variance) => (variance > 0 ? 1 / Math.sqrt(variance) : 0));
}
