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

/** Scales the hat to the head and puts its seat on the head's top. */
function seatHat(object: ObjectDrawing, hat: HatDrawing): Affine {
  const scale = (object.head.width * object.width * hat.seat.scale) / hat.width;
  return {
    a: scale,
    b: 0,
    c: object.head.x * object.width - hat.seat.x * hat.width * scale,
    d: 0,
    e: scale,
    f: object.head.y * object.height - hat.seat.y * hat.height * scale,
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
  const object = random.pick(preferred(objects, attributes.objectColour));
  if (hatName === null)
    return { object, hat: null, hatMap: IDENTITY, box: [0, 0, object.width, object.height] };
  const sameSet = hats.filter((hat) => hat.source === object.source);
  const hat = random.pick(preferred(sameSet, attributes.hatColour));
  const hatMap = seatHat(object, hat);
  const box = [
    Math.min(0, hatMap.c),
    Math.min(0, hatMap.f),
    Math.max(object.width, hatMap.c + hat.width * hatMap.a),
    Math.max(object.height, hatMap.f + hat.height * hatMap.e),
  ] as const;
  return { object, hat, hatMap, box };
}
