import { scene } from "../data/scene.js";
import type { Sprites } from "../data/sprites.js";
import { throwIfCancelled } from "../errors.js";
import type { FeatureRun } from "./features.js";

/** The default seed of the scenes that training shows. */
const TRAINING_SEED = 1;
/** No training run draws its scenes from this seed by default. */
const FRESH_SEED = 7;

/**
 * The first `count` scenes of a training run with the default seed, and as many that it does not show, as bytes
 * [64, 64, 3]. `onProgress` counts both. Throws CancelledError.
 */
export function realScenes(sprites: Sprites, count: number, { signal, onProgress }: FeatureRun = {}) {
  const drawn = (seed: number, before: number): Uint8Array[] =>
    Array.from({ length: count }, (_, index) => {
      throwIfCancelled(signal);
      const { rgb } = scene(sprites, { seed, index });
      onProgress?.(before + index + 1);
      return rgb;
    });
  return { training: drawn(TRAINING_SEED, 0), fresh: drawn(FRESH_SEED, count) };
}
