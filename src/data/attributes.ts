import { UsageError } from "../errors.js";
import { HELD_OUT, isHeldOut } from "./held-out.js";
import type { Random } from "./random.js";
import {
  BACKDROPS,
  type Backdrop,
  COLOURS,
  COUNTS,
  type Colour,
  type Count,
  drawable,
  HATS,
  type HatName,
  NATURAL_HAT_COLOURS,
  NATURAL_OBJECT_COLOURS,
  OBJECTS,
  type ObjectName,
  POSITIONS,
  type Position,
  SIZES,
  type Size,
  STYLES,
  type Style,
  USUAL_STYLE,
} from "./vocabulary.js";

/** `colour` is null where the backdrop is a place. */
export interface Background {
  readonly backdrop: Backdrop;
  readonly colour: Colour | null;
}

/** What is to be seen in a scene, whether or not its caption says so. */
export interface Attributes {
  readonly object: ObjectName;
  readonly style: Style;
  readonly count: Count;
  readonly size: Size;
  /** The colour that is seen: the drawing's own or the one it was given. */
  readonly objectColour: Colour;
  readonly hat: HatName | null;
  /** Null exactly when there is no hat. */
  readonly hatColour: Colour | null;
  readonly position: Position;
  readonly background: Background;
}

/** "train" never shows a held-out combination; "heldOut" shows nothing else. */
export const SPLITS = ["train", "heldOut"] as const;
export type Split = (typeof SPLITS)[number];

/** The styles of the committed sheet. */
export const PERMISSIVE_STYLES: readonly Style[] = ["cartoon", "drawing", "render", "blob"];

/** Part of the things that have a colour of their own drawings; the rest are given any vivid one. */
export const OWN_COLOURS = 0.55;

/** Colours given to objects and hats. */
const VIVID: readonly Colour[] = COLOURS.filter((colour) => colour !== "gray" && colour !== "brown");

/** Colours of plain and striped backgrounds. */
const GROUNDS: readonly Colour[] = COLOURS.filter((colour) => colour !== "brown");

/** Colours that would be lost against a place. */
const LOST: Readonly<Record<Backdrop, readonly Colour[]>> = {
  plain: [],
  striped: ["white"],
  grass: ["green"],
  snow: ["white"],
  night: ["black"],
  beach: [],
};

/** Whether a thing of this colour can be seen against the background. */
export function visible(colour: Colour, { backdrop, colour: ground }: Background): boolean {
  const onWhiteAndGray = backdrop === "striped" && ground === "white" && colour === "gray";
  return colour !== ground && !onWhiteAndGray && !LOST[backdrop].includes(colour);
}

/** Why these attributes cannot be drawn, or null if they can. */
export function conflict(attributes: Attributes): string | null {
  const { object, style, count, size, objectColour, hat, hatColour, position, background } = attributes;
  const coloured = background.backdrop === "plain" || background.backdrop === "striped";
  if (!drawable(style, object, hat)) return `style "${style}" has no drawing of ${hat ?? object}`;
  if ((hat === null) !== (hatColour === null)) return "hat and hatColour must both be null or both be given";
  if (coloured !== (background.colour !== null)) return "only plain and striped backgrounds have a colour";
  if (count > 1 && (size !== "medium" || position !== "centre"))
    return "two or three things are medium and centred";
  if (size === "big" && position !== "centre") return "a big thing is centred";
  if (!visible(objectColour, background)) return `a ${objectColour} ${object} is lost on this background`;
  if (hatColour !== null && !visible(hatColour, background))
    return `a ${hatColour} hat is lost on this background`;
  if (hatColour === objectColour) return `a ${hatColour} hat is lost on a ${objectColour} ${object}`;
  return null;
}

/** Throws UsageError if these attributes cannot be drawn. */
export function checkAttributes(attributes: Attributes): void {
  const problem = conflict(attributes);
  if (problem !== null) throw new UsageError(`scene cannot be drawn: ${problem}; change one of the two`);
}

/** What a caption shows that names no background. */
const USUAL_BACKGROUND: Background = { backdrop: "plain", colour: "white" };

/** Whether a caption may leave the background out. */
export const isUsualBackground = ({ backdrop, colour }: Background): boolean =>
  backdrop === USUAL_BACKGROUND.backdrop && colour === USUAL_BACKGROUND.colour;

function drawBackground(random: Random): Background {
  const u = random.next();
  if (u < 0.15) return USUAL_BACKGROUND;
  if (u < 0.48) return { backdrop: "plain", colour: random.pick(GROUNDS) };
  if (u < 0.6) return { backdrop: "striped", colour: random.pick(GROUNDS) };
  return { backdrop: random.pick(BACKDROPS.slice(2)), colour: null };
}

function draw(random: Random, styles: readonly Style[], ownColours: number): Attributes {
  const object = random.pick(OBJECTS);
  const usual = random.chance(0.6) && styles.includes(USUAL_STYLE);
  const style = usual ? USUAL_STYLE : random.pick(styles);
  const u = random.next();
  const count = u < 0.72 ? COUNTS[0] : u < 0.87 ? COUNTS[1] : COUNTS[2];
  const size = count === 1 ? random.pick(SIZES) : "medium";
  const objectColour = random.pick(random.chance(ownColours) ? NATURAL_OBJECT_COLOURS[object] : VIVID);
  const hat = random.chance(0.45) ? random.pick(HATS) : null;
  const ownHatColour = hat !== null && hat !== "cap" && random.chance(0.3);
  const hatColour = hat === null ? null : random.pick(ownHatColour ? NATURAL_HAT_COLOURS[hat] : VIVID);
  const aside = count === 1 && size !== "big" && random.chance(0.5);
  const position = aside ? random.pick(["left", "right"] as const) : POSITIONS[1];
  return {
    object,
    style,
    count,
    size,
    objectColour,
    hat,
    hatColour,
    position,
    background: drawBackground(random),
  };
}

function drawUntil(drawOne: () => Attributes, wanted: (attributes: Attributes) => boolean): Attributes {
  for (;;) {
    const attributes = drawOne();
    if (conflict(attributes) === null && wanted(attributes)) return attributes;
  }
}

/**
 * Attributes of one scene of the split, independent of any sheet of sprites but for its styles; `ownColours`, 0..1, is the part of
 * the things that have a colour of their own drawings.
 * Throws UsageError if no style is one of STYLES or the split is neither "train" nor "heldOut".
 */
export function sampleAttributes(
  random: Random,
  split: Split,
  styles: readonly Style[] = PERMISSIVE_STYLES,
  ownColours = OWN_COLOURS,
): Attributes {
  if (styles.length === 0 || styles.some((style) => !STYLES.includes(style))) {
    throw new UsageError(`styles must be among ${STYLES.join(", ")}; got "${styles.join(", ")}"`);
  }
  const drawOne = () => draw(random, styles, ownColours);
  switch (split) {
    case "train":
      return drawUntil(drawOne, (attributes) => !isHeldOut(attributes));
    case "heldOut":
      return drawUntil(drawOne, random.pick(HELD_OUT).holds);
    default:
      throw new UsageError(`split must be "train" or "heldOut"; got "${String(split)}"`);
  }
}
