import { type Attributes, OWN_COLOURS, type Split, sampleAttributes } from "./attributes.js";
import { type Caption, type Slot, sampleCaption } from "./caption.js";
import { composeScene, type Masks, type Picture } from "./compose.js";
import { randomFor } from "./random.js";
import type { Sprites } from "./sprites.js";

/** A picture with its caption, the masks of its parts and what it shows. */
export interface Scene extends Picture, Caption {
  readonly attributes: Attributes;
}

/**
 * Which scene: `seed` and `index` are whole numbers from 0; `split` is "train" if not given, and `ownColours`, the part of the things
 * that have a colour of their own drawings, what evaluations have.
 */
export interface SceneKey {
  readonly seed: number;
  readonly index: number;
  readonly split?: Split;
  readonly ownColours?: number;
}

/**
 * The scene of a key: the same in any order, batch or engine.
 * Throws UsageError if seed or index is not a whole number from 0 or the split is unknown.
 */
export function scene(sprites: Sprites, key: SceneKey): Scene {
  const { seed, index, split = "train" } = key;
  const attributes = sceneAttributes(sprites, key);
  const words = sampleCaption(randomFor(seed, index, `${split} caption`), attributes);
  const picture = composeScene(sprites, attributes, randomFor(seed, index, `${split} picture`));
  return { ...picture, ...words, attributes };
}

/** What the scene of a key shows, without drawing it; throws as `scene` does. */
export function sceneAttributes(
  { styles }: Pick<Sprites, "styles">,
  { seed, index, split = "train", ownColours = OWN_COLOURS }: SceneKey,
): Attributes {
  return sampleAttributes(randomFor(seed, index, `${split} attributes`), split, styles, ownColours);
}

/** The part of the picture that a word of this slot is about, or null if it is about none. */
export function maskFor(slot: Slot): keyof Masks | null {
  switch (slot) {
    case "object":
    case "objectColour":
    case "count":
      return "object";
    case "hat":
    case "hatColour":
      return "hat";
    case "background":
      return "background";
    default:
      return null;
  }
}
