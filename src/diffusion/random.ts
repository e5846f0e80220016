import { InputError, UsageError } from "../errors.js";
import { generatorOf, normalFrom } from "../random.js";
import { HALF_PROCESS, type Process } from "./forward.js";
import { type PictureSize, pictureLength } from "./picture.js";
import type { StepNoise } from "./sample.js";

/** Largest seed, 2^32 - 1. */
export const MAX_SEED = 0xffffffff;

/** The seed of picture `index` of a batch: seed + index, wrapping after MAX_SEED; making that picture alone takes this seed. */
export function deriveSeed(seed: number, index: number): number {
  checkSeed(seed);
  if (!Number.isInteger(index) || index < 0 || index > MAX_SEED)
    throw new UsageError(`index must be an integer from 0 to ${MAX_SEED}; got ${index}`);
  return (seed + index) % (MAX_SEED + 1);
}

/** Throws UsageError unless the seed is an integer from 0 to MAX_SEED. */
export function checkSeed(seed: number): void {
  if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED)
    throw new UsageError(`seed must be an integer from 0 to ${MAX_SEED}; got ${seed}`);
}

/** `count` independent N(0, 1) values; different streams of a seed are independent. */
export function noiseImage(seed: number, count: number, stream = 0): Float32Array {
  checkSeed(seed);
  if (!Number.isInteger(count) || count < 0) throw new InputError(`count must be 0 or more; got ${count}`);
  const normal = normalFrom(generatorOf(seed, stream));
  const noise = new Float32Array(count);
  for (let i = 0; i < count; i++) noise[i] = normal();
  return noise;
}

/** (e, -e) [6, H, W] with e ~ N(0, 1) [3, H, W]: keeps a complementary picture complementary (App. B). */
export function complementaryNoise(seed: number, size: PictureSize, stream = 0): Float32Array {
  const half = pictureLength(size) / 2;
  const noise = new Float32Array(2 * half); // [6, H, W]
  noise.set(noiseImage(seed, half, stream));
  for (let i = 0; i < half; i++) noise[half + i] = -noise[i]!;
  return noise;
}

/** The picture that sampling starts from, mu + sigma (e, -e) [6, H, W]; depends on the seed and the size alone. */
export function startingNoise(
  seed: number,
  size: PictureSize,
  { mu, sigma }: Process = HALF_PROCESS,
): Float32Array {
  return complementaryNoise(seed, size).map((value) => mu + sigma * value);
}

/** The noise drawn by each step of a picture's run, (e, -e) [6, H, W], independent of its starting noise. */
export function stepNoise(seed: number, size: PictureSize): StepNoise {
  return (index) => complementaryNoise(seed, size, index + 1);
}
