import { generatorOf, normalFrom, uniformFrom } from "../random.js";

const SIDE = 64;

/** How far pictures are spoilt before a classifier learns from them. */
export interface Wear {
  /** Passes of blur at the most; a half of the pictures have none. */
  readonly blurs: number;
  /** Deviation of noise at the most; a half of the pictures have none. */
  readonly noise: number;
}

/** Generated pictures are softer and noisier than drawn ones, and the judge must not mind. */
export const JUDGE_WEAR: Wear = { blurs: 1, noise: 0.06 };

/** Whoever is to be heeded must not be pleased with a blur, nor fooled by a little noise. */
export const READER_WEAR: Wear = { blurs: 1.5, noise: 0.08 };
/** How far the reader's pictures are led astray at the most; after as far as 2 it told 92 of 100 hats apart, then 96. */
export const READER_REACH = 1;

/** The picture [3, 64, 64] with a chance of blur and a chance of noise; depends on seed and index alone. */
export function worn(
  picture: Float32Array,
  { blurs, noise }: Wear,
  seed: number,
  index: number,
): Float32Array {
  const generator = generatorOf(seed, index, 2);
  const uniform = uniformFrom(generator);
  const [isBlurred, isNoisy, deviation] = [uniform() < 0.5, uniform() < 0.5, noise * uniform()];
  let soft = picture;
  for (let left = isBlurred ? blurs * uniform() : 0; left > 0; left--)
    soft = blurred(soft, Math.min(1, left));
  if (!isNoisy) return soft;
  const normal = normalFrom(generator);
  return soft.map((value) => Math.min(1, Math.max(0, value + deviation * normal())));
}

/** Blends each pixel with the mean of itself and its four neighbours; `share` 0 leaves it, 1 takes the mean. */
function blurred(picture: Float32Array, share: number): Float32Array {
  return picture.map((value, i) => {
    const [column, row] = [i % SIDE, Math.floor(i / SIDE) % SIDE];
    const left = column > 0 ? picture[i - 1]! : value;
    const right = column < SIDE - 1 ? picture[i + 1]! : value;
    const above = row > 0 ? picture[i - SIDE]! : value;
    const below = row < SIDE - 1 ? picture[i + SIDE]! : value;
    return (1 - share) * value + (share * (value + left + right + above + below)) / 5;
  });
}
