import { InputError } from "../errors.js";
import type { Attributes } from "./attributes.js";
import type { Affine } from "./draw.js";
import type { Random } from "./random.js";
import type { HatDrawing, ObjectDrawing, Sprites } from "./sprites.js";
import type { Colour } from "./vocabulary.js";

/** A drawing with its hat, in the object's own pixels; the hat's pixels go through `hatMap`. */
export interface Figure {
  readonly object: ObjectDrawing;
  readonly hat: HatDrawing | null;
  readonly hatMap: Affine;
  /** The box of both: left, top, right, bottom, in the object's pixels. */
  readonly box: readonly [number, number, number, number];
}

const IDENTITY: Affine = { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 };

/** Those that have the colour by themselves; all of them if none has. */
function preferred<T extends { readonly colour: Colour }>(
  drawings: readonly T[],
  colour: Colour | null,
): readonly T[] {
  const own = drawings.filter((drawing) => drawing.colour === colour);
  return own.length > 0 ? own : drawings;
}

/** Those that show the whole animal, not its face alone, where the names of a set's icons tell and the set has both. */
function wholeOnes(drawings: readonly ObjectDrawing[]): readonly ObjectDrawing[] {
  const whole = drawings.filter(({ icon }) => !icon.endsWith("-face"));
  return whole.length > 0 ? whole : drawings;
}

/** The object with the hat (of the same set) on its head. */
export function dressed(object: ObjectDrawing, hat: HatDrawing | null): Figure {
  if (hat === null) return { object, hat, hatMap: IDENTITY, box: [0, 0, object.width, object.height] };
  const scale = (object.head.width * object.width * hat.seat.scale) / hat.width;
  const left = object.head.x * object.width - hat.seat.x * hat.width * scale;
  const top = object.head.y * object.height - hat.seat.y * hat.height * scale;
  return {
    object,
    hat,
    hatMap: { a: scale, b: 0, c: left, d: 0, e: scale, f: top },
    box: [
      Math.min(0, left),
      Math.min(0, top),
      Math.max(object.width, left + hat.width * scale),
      Math.max(object.height, top + hat.height * scale),
    ],
  };
}

/**
 * A drawing of the object, and of the hat from the same set, whose own colours fit best.
 * Throws InputError if the sheet has no such pair.
 */
export function chooseFigure(sprites: Sprites, attributes: Attributes, random: Random): Figure {
  const { style, hat: hatName } = attributes;
  const hats = sprites.hats.filter(
    (hat) => hat.subject === hatName && sprites.sources[hat.source]?.style === style,
  );
  const objects = sprites.objects.filter(
    (object) =>
      object.subject === attributes.object &&
      sprites.sources[object.source]?.style === style &&
      (hatName === null || hats.some((hat) => hat.source === object.source)),
  );
  if (objects.length === 0) {
    const wanted = hatName === null ? attributes.object : `${attributes.object} with a ${hatName}`;
    throw new InputError(`the sprite sheet has no ${style} of a ${wanted}; build one that has`);
  }
  const object = random.pick(preferred(wholeOnes(objects), attributes.objectColour));
  const sameSet = hats.filter((hat) => hat.source === object.source);
  const hat = hatName === null ? null : random.pick(preferred(sameSet, attributes.hatColour));
  return dressed(object, hat);
}
