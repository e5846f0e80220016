import { InputError } from "../errors.js";
import { type Attributes, type Background, conflict, visible } from "./attributes.js";
import { paintBackground } from "./backdrop.js";
import { blankCanvas, clamp, SIZE } from "./canvas.js";
import { composeScene } from "./compose.js";
import { drawSprite } from "./draw.js";
import { ownColours } from "./paint.js";
import type { Random } from "./random.js";
import type { Sprites } from "./sprites.js";
import {
  COLOURS,
  HATS,
  type HatName,
  NATURAL_OBJECT_COLOURS,
  OBJECTS,
  type ObjectName,
} from "./vocabulary.js";

/** Everything that a scene can show and a word can name: five objects and four hats. */
export const THINGS = [...OBJECTS, ...HATS] as const;
export type Thing = (typeof THINGS)[number];

/** The longest side of a hat that is alone, as of a big object. */
const LENGTH = 54;

/** A picture [64, 64, 3] and the thing's coverage [64, 64], in 0..255. */
export interface SingleThing {
  readonly rgb: Uint8Array;
  readonly mask: Uint8Array;
}

/**
 * One thing alone, big, in its own colours before a plain background; a hat is on nobody's head.
 * Throws InputError if the sheet lacks a drawing.
 */
export function pictureOf(sprites: Sprites, thing: Thing, random: Random): SingleThing {
  const object = OBJECTS.find((name) => name === thing);
  if (object !== undefined) return objectAlone(sprites, object, random);
  const hat = HATS.find((name) => name === thing);
  if (hat !== undefined) return hatAlone(sprites, hat, random);
  throw new InputError(`a thing must be one of ${THINGS.join(", ")}; got "${thing}"`);
}

function objectAlone(sprites: Sprites, object: ObjectName, random: Random): SingleThing {
  for (;;) {
    const attributes: Attributes = {
      object,
      style: random.pick(sprites.styles),
      count: 1,
      size: "big",
      objectColour: random.pick(NATURAL_OBJECT_COLOURS[object]),
      hat: null,
      hatColour: null,
      position: "centre",
      background: plain(random),
    };
    if (conflict(attributes) !== null) continue;
    const { rgb, masks } = composeScene(sprites, attributes, random);
    return { rgb, mask: masks.object };
  }
}

function hatAlone(sprites: Sprites, name: HatName, random: Random): SingleThing {
  const drawings = sprites.hats.filter(({ subject }) => subject === name);
  if (drawings.length === 0)
    throw new InputError(`the sprite sheet has no drawing of a ${name}; build one that has`);
  const hat = random.pick(drawings);
  let background = plain(random);
  while (!visible(hat.colour, background)) background = plain(random);
  const canvas = blankCanvas();
  paintBackground(canvas, background, random);
  const scale = (LENGTH * random.between(0.94, 1.06)) / Math.max(hat.width, hat.height);
  const [left, top] = [SIZE - scale * hat.width, SIZE - scale * hat.height];
  const map = { a: scale, b: 0, c: left / 2, d: 0, e: scale, f: top / 2 };
  drawSprite(canvas, "hat", hat, map, ownColours(random));
  const bytes = (values: Float32Array, unit: number) =>
    Uint8Array.from(values, (value) => clamp(Math.round(value * unit), 0, 255));
  return { rgb: bytes(canvas.rgb, 1), mask: bytes(canvas.hat, 255) };
}

/** Brown is no colour of a background, as in scenes. */
const plain = (random: Random): Background => ({
  backdrop: "plain",
  colour: random.pick(COLOURS.filter((colour) => colour !== "brown")),
});
