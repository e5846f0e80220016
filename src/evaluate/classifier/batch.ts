import type { Split } from "../../data/attributes.js";
import { scene } from "../../data/scene.js";
import type { Sprites } from "../../data/sprites.js";
import { generatorOf, normalFrom, uniformFrom } from "../../random.js";
import { headOffsets, labelsOf, oneHot } from "./labels.js";

const SIDE = 64;
const PIXELS = SIDE * SIDE;
const LENGTH = 3 * PIXELS;

/** Pictures x [B, 3, 64, 64] in 0..1 and one-hot targets [B, 55]. */
export type ClassifierBatch = {
  readonly x: Float32Array;
  readonly target: Float32Array;
};

/** Pixels [64, 64, 3] in 0..255 as the classifier takes them: [3, 64, 64] in 0..1. */
export function classifierInput(rgb: Uint8Array): Float32Array {
  const x = new Float32Array(LENGTH);
  for (let i = 0; i < LENGTH; i++) x[i] = rgb[(i % PIXELS) * 3 + Math.floor(i / PIXELS)]! / 255;
  return x;
}

/**
 * The batch of a training step: both splits in turn, half of the pictures blurred and half of them noisy.
 *
 * Generated pictures are softer and noisier than drawn ones, and the judge must not mind.
 */
export function classifierBatch(
  sprites: Sprites,
  seed: number,
  count: number,
  step: number,
): ClassifierBatch {
  const x = new Float32Array(count * LENGTH);
  const target = new Float32Array(count * headOffsets.total);
  for (let i = 0; i < count; i++) {
    const index = (step - 1) * count + i;
    const split: Split = index % 2 === 1 ? "heldOut" : "train";
    const { rgb, attributes } = scene(sprites, { seed, index, split });
    x.set(worn(classifierInput(rgb), seed, index), i * LENGTH);
    target.set(oneHot(labelsOf(attributes)), i * headOffsets.total);
  }
  return { x, target };
}

/** The picture [3, 64, 64] with a chance of blur, and of noise with a deviation up to 0.06. */
function worn(picture: Float32Array, seed: number, index: number): Float32Array {
  const generator = generatorOf(seed, index, 2);
  const uniform = uniformFrom(generator);
  const [isBlurred, isNoisy, deviation] = [uniform() < 0.5, uniform() < 0.5, 0.06 * uniform()];
  const soft = isBlurred ? blurred(picture, uniform()) : picture;
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
