import { flip } from "../data/flip.js";
import { type Scene, scene } from "../data/scene.js";
import type { Sprites } from "../data/sprites.js";

/** A picture with its caption, as training takes them. */
export interface Example {
  readonly rgb: Uint8Array; // [H, W, 3]
  readonly caption: string;
  /** Of a picture that was composed, what is where; undefined for a picture from elsewhere. */
  readonly scene: Scene | undefined;
}

/** Example number `index` of a run, in a mirror or not: the same whatever was asked for before. */
export type ExampleSource = (index: number, isMirrored: boolean) => Promise<Example>;

/** Scenes that are composed as they are asked for; in a mirror, captions have left and right exchanged. */
export function sceneExamples(sprites: Sprites, seed: number): ExampleSource {
  return async (index, isMirrored) => {
    const drawn = scene(sprites, { seed, index, split: "train" });
    const shown = isMirrored ? flip(drawn) : drawn;
    return { rgb: shown.rgb, caption: shown.caption, scene: shown };
  };
}
