import type { Split } from "../data/attributes.js";
import { scene } from "../data/scene.js";
import type { Sprites } from "../data/sprites.js";
import { headOffsets, labelsOf, oneHot } from "./labels.js";
import { type Wear, worn } from "./wear.js";

const SIDE = 64;
const PIXELS = SIDE * SIDE;
const LENGTH = 3 * PIXELS;

/** Pictures x [B, 3, 64, 64] in 0..1 and one-hot targets [B, 55]. */
export type ClassifierBatch = {
  readonly x: Float32Array;
  readonly target: Float32Array;
};

/** What a classifier learns from: scenes of a seed, of the splits in turn, and how they are spoilt. */
export interface ClassifierScenes {
  readonly seed: number;
  readonly splits: readonly Split[];
  readonly wear: Wear;
}

/** Pixels [64, 64, 3] in 0..255 as the classifier takes them: [3, 64, 64] in 0..1. */
export function classifierInput(rgb: Uint8Array): Float32Array {
  const x = new Float32Array(LENGTH);
  for (let i = 0; i < LENGTH; i++) x[i] = rgb[(i % PIXELS) * 3 + Math.floor(i / PIXELS)]! / 255;
  return x;
}

/** The batch of a training step (from 1), which depends on nothing else. */
export function classifierBatch(
  sprites: Sprites,
  { seed, splits, wear }: ClassifierScenes,
  count: number,
  step: number,
): ClassifierBatch {
  const x = new Float32Array(count * LENGTH);
  const target = new Float32Array(count * headOffsets.total);
  for (let i = 0; i < count; i++) {
    const index = (step - 1) * count + i;
    const split = splits[index % splits.length]!;
    const { rgb, attributes } = scene(sprites, { seed, index, split });
    x.set(worn(classifierInput(rgb), wear, seed, index), i * LENGTH);
    target.set(oneHot(labelsOf(attributes)), i * headOffsets.total);
  }
  return { x, target };
}
