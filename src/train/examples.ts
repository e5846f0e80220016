import { askedLabels, asks } from "../classifier/asked.js";
import type { Labels } from "../classifier/labels.js";
import { OWN_COLOURS } from "../data/attributes.js";
import type { Slot } from "../data/caption.js";
import type { Masks } from "../data/compose.js";
import { flip } from "../data/flip.js";
import { MOSAIC_SIDES, type Mosaic, mosaic } from "../data/mosaic.js";
import { otherColours, repainted } from "../data/repaint.js";
import { maskFor, type Scene, scene } from "../data/scene.js";
import type { Sprites } from "../data/sprites.js";
import { HATS, PALETTE } from "../data/vocabulary.js";
import { generatorOf, uniformFrom } from "../random.js";

/** A word of a caption, at [start, end), and the pixels [64, 64] in 0..255 that it is about, or null if it is about none. */
export interface PlacedWord {
  readonly start: number;
  readonly end: number;
  readonly slot: Slot;
  readonly place: Uint8Array | null;
}

/** What is known of a picture that was composed. */
export interface Composition {
  readonly masks: Masks;
  readonly words: readonly PlacedWord[];
  /** What a classifier should see there as far as the caption asks for it; null where classifiers have no answer. */
  readonly labels: Labels | null;
}

/** A picture with its caption, as training takes them. */
export interface Example {
  readonly rgb: Uint8Array; // [H, W, 3]
  readonly caption: string;
  /** What is shown under noise where that is not the picture: the same, with its thing in a colour that the caption does not say. */
  readonly disguise?: Uint8Array; // [H, W, 3]
  /** Undefined for a picture from elsewhere. */
  readonly composition: Composition | undefined;
}

/** Example number `index` of a run, in a mirror or not: the same whatever was asked for before. */
export type ExampleSource = (index: number, isMirrored: boolean) => Promise<Example>;

/** What is composed: scenes of a seed, a part of them replaced by mosaics of single things. */
export interface ComposedData {
  readonly seed: number;
  readonly mosaics: number;
  /** Part of the things that have a colour of their own drawings. */
  readonly ownColours?: number;
  /** Part of the scenes whose thing is shown under noise in another colour than the caption says. */
  readonly miscoloured?: number;
}

/**
 * Pictures that are composed as they are asked for; scenes in a mirror have left and right exchanged in their captions,
 * and mosaics, whose captions say nothing of sides, are never mirrored.
 */
export function composedExamples(
  sprites: Sprites,
  { seed, mosaics, ownColours = OWN_COLOURS, miscoloured = 0 }: ComposedData,
): ExampleSource {
  return async (index, isMirrored) => {
    const uniform = uniformFrom(generatorOf(seed, index, 3));
    if (uniform() < mosaics) {
      const side = MOSAIC_SIDES[Math.floor(uniform() * MOSAIC_SIDES.length)]!;
      return mosaicExample(mosaic(sprites, side, { seed, index }));
    }
    const drawn = scene(sprites, { seed, index, split: "train", ownColours });
    const shown = isMirrored ? flip(drawn) : drawn;
    const example = sceneExample(shown);
    return uniform() < miscoloured ? disguised(example, shown, uniform) : example;
  };
}

/** An example whose thing is shown in another colour, if its caption says which it has. */
function disguised(example: Example, scene: Scene, uniform: () => number): Example {
  const colours = otherColours(scene.attributes);
  if (colours.length === 0 || !asks(scene, "objectColour")) return example;
  const colour = colours[Math.floor(uniform() * colours.length)]!;
  return { ...example, disguise: repainted(scene, PALETTE[colour]) };
}

function sceneExample({ rgb, caption, words, masks, attributes }: Scene): Example {
  const placed = words.map(({ start, end, slot }): PlacedWord => {
    const part = maskFor(slot);
    return { start, end, slot, place: part === null ? null : masks[part] };
  });
  return {
    rgb,
    caption,
    composition: { masks, words: placed, labels: askedLabels({ words }, attributes) },
  };
}

function mosaicExample({ rgb, caption, tiles }: Mosaic): Example {
  const isHat = (thing: string) => HATS.some((hat) => hat === thing);
  const covered = (of: Mosaic["tiles"]) =>
    Uint8Array.from({ length: rgb.length / 3 }, (_, i) => of.reduce((sum, { mask }) => sum + mask[i]!, 0));
  const [object, hat] = [
    covered(tiles.filter(({ thing }) => !isHat(thing))),
    covered(tiles.filter(({ thing }) => isHat(thing))),
  ];
  const words = tiles.map(({ thing, start, end, mask }): PlacedWord => {
    return { start, end, slot: isHat(thing) ? "hat" : "object", place: mask };
  });
  const masks = { object, hat, background: object.map((value, i) => 255 - value - hat[i]!) };
  return { rgb, caption, composition: { masks, words, labels: null } };
}
