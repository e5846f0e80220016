import { type Attributes, SPLITS, type Split } from "../data/attributes.js";
import { type Scene, scene, sceneAttributes } from "../data/scene.js";
import type { Sprites } from "../data/sprites.js";

/** No training run draws its scenes from this seed by default. */
export const SCENE_SEED = 7;

/** How much there is to tell apart: one object alone; or an object with a hat, or two or three objects. */
export const CROWDS = ["one", "two"] as const;
export type Crowd = (typeof CROWDS)[number];

/** A scene with its index, split and crowd. */
export interface KnownScene {
  readonly scene: Scene;
  readonly index: number;
  readonly split: Split;
  readonly crowd: Crowd;
}

/** The crowd of a scene. */
export function crowdOf({ count, hat }: Pick<Attributes, "count" | "hat">): Crowd {
  return count === 1 && hat === null ? "one" : "two";
}

/**
 * `count` scenes, unseen in training, in equal parts of every split with every crowd; the first kinds get what is left over.
 *
 * More scenes begin with fewer: a kind's first scenes stay the same.
 */
export function localisationScenes(sprites: Sprites, count: number): KnownScene[] {
  const kinds = SPLITS.flatMap((split) => CROWDS.map((crowd) => ({ split, crowd })));
  return kinds.flatMap(({ split, crowd }, kind) =>
    firstIndices(sprites, split, crowd, Math.ceil((count - kind) / kinds.length)).map((index) => ({
      scene: scene(sprites, { seed: SCENE_SEED, index, split }),
      index,
      split,
      crowd,
    })),
  );
}

function firstIndices(sprites: Sprites, split: Split, crowd: Crowd, wanted: number): number[] {
  const found: number[] = [];
  for (let index = 0; found.length < wanted; index++) {
    if (crowdOf(sceneAttributes(sprites, { seed: SCENE_SEED, index, split })) === crowd) found.push(index);
  }
  return found;
}
