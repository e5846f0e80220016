import { type Attributes, checkAttributes } from "./attributes.js";
import { paintBackground } from "./backdrop.js";
import { blankCanvas, type Canvas, clamp, jitter, SIZE } from "./canvas.js";
import { type Affine, compose, drawSprite } from "./draw.js";
import { chooseFigure, type Figure } from "./figure.js";
import { inColour, ownColours, type Paint } from "./paint.js";
import type { Random } from "./random.js";
import type { Sprite, Sprites } from "./sprites.js";
import { type Colour, PALETTE } from "./vocabulary.js";

/** Coverage in 0..255, [64, 64]; the three add up to 255 in every pixel. */
export interface Masks {
  readonly object: Uint8Array;
  readonly hat: Uint8Array;
  readonly background: Uint8Array;
}

/** `rgb` is [64, 64, 3] in 0..255. */
export interface Picture {
  readonly rgb: Uint8Array;
  readonly masks: Masks;
}

/** Pixels kept free at the edges. */
const MARGIN = 1.5;

/** The longest side of the object, by size; and of each of two or three. */
const LENGTH = { small: 27, medium: 37, big: 54 } as const;

/** Where a thing looks: 1 as drawn, and animals are drawn looking left; -1 in a mirror. */
type Facing = 1 | -1;

/** Things look inwards, so that a caption which says where they are says which way they look. */
const facingAt = (x: number): Facing => (x < 0.4 * SIZE ? -1 : 1);

/** A place on the canvas: the middle across, the widest and tallest that fits, and the line it stands on, if any. */
interface Place {
  readonly x: number;
  readonly facing: Facing;
  readonly width: number;
  readonly length: number;
  readonly floor: number | null;
}

function places({ count, size, position, background }: Attributes, random: Random): Place[] {
  const stands =
    background.backdrop === "grass" || background.backdrop === "snow" || background.backdrop === "beach";
  const floor = stands ? random.between(54, 61) : null;
  const length = LENGTH[size] * random.between(0.94, 1.06);
  if (count === 1) {
    const middle = { left: 0.27, centre: 0.5, right: 0.73 }[position] * SIZE;
    const x = middle + random.between(-2, 2);
    return [{ x, facing: facingAt(x), width: SIZE - 2 * MARGIN, length, floor }];
  }
  const cell = (SIZE - 2 * MARGIN) / count;
  return Array.from({ length: count }, (_, i) => {
    const x = MARGIN + (i + 0.5) * cell;
    const ground = floor === null ? null : clamp(floor + random.between(-3, 3), 52, SIZE - MARGIN);
    return { x, facing: facingAt(x), width: cell - 1, length, floor: ground };
  });
}

/** Scales, leans by up to 3 degrees, turns and moves the figure to its place. */
function placeFigure({ object, box }: Figure, place: Place, random: Random): Affine {
  const [left, top, right, bottom] = box;
  const [width, height] = [right - left, bottom - top];
  const stretch = random.between(0.96, 1.04);
  // half-angle tangent: rotation from basic arithmetic, alike in every engine
  const half = random.between(-0.025, 0.025);
  const cos = (1 - half * half) / (1 + half * half);
  const sin = (2 * half) / (1 + half * half);
  // how far the box reaches from its middle, at scale 1
  const spanX = (stretch * width * cos + (height / stretch) * Math.abs(sin)) / 2;
  const spanY = (stretch * width * Math.abs(sin) + (height / stretch) * cos) / 2;
  const fit = Math.min(place.width / (2 * spanX), (SIZE - 2 * MARGIN) / (2 * spanY));
  const scale = Math.min(place.length / Math.max(object.width, object.height), fit);
  const [sx, sy] = [scale * stretch * place.facing, scale / stretch];
  const [reachX, reachY] = [scale * spanX, scale * spanY];
  const slack = Math.max(0, SIZE / 2 - MARGIN - reachY);
  const rest = SIZE / 2 + random.between(-1, 1) * Math.min(slack, 2);
  const wantedY = place.floor === null ? rest : place.floor - reachY;
  const x = clamp(place.x, MARGIN + reachX, SIZE - MARGIN - reachX);
  const y = clamp(wantedY, MARGIN + reachY, SIZE - MARGIN - reachY);
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
  const [a, b, d, e] = [cos * sx, -sin * sy, sin * sx, cos * sy];
  return { a, b, c: x - a * cx - b * cy, d, e, f: y - d * cx - e * cy };
}

function paintFor(sprite: Sprite & { readonly colour: Colour }, colour: Colour, random: Random): Paint {
  if (sprite.colour === colour) return ownColours(random);
  return inColour(jitter(random, PALETTE[colour], 8), sprite.pivot);
}

/** Bytes of the canvas; the background's mask is what the others leave. */
function developed(canvas: Canvas): Picture {
  const object = new Uint8Array(SIZE * SIZE);
  const hat = new Uint8Array(SIZE * SIZE);
  const background = new Uint8Array(SIZE * SIZE);
  for (let i = 0; i < SIZE * SIZE; i++) {
    const hatCover = clamp(Math.round(canvas.hat[i]! * 255), 0, 255);
    const objectCover = clamp(Math.round(canvas.object[i]! * 255), 0, 255 - hatCover);
    hat[i] = hatCover;
    object[i] = objectCover;
    background[i] = 255 - hatCover - objectCover;
  }
  const rgb = new Uint8Array(canvas.rgb.length);
  for (let i = 0; i < rgb.length; i++) rgb[i] = clamp(Math.round(canvas.rgb[i]!), 0, 255);
  return { rgb, masks: { object, hat, background } };
}

/**
 * A picture of the attributes, 64 by 64, with the masks of its parts.
 * Throws UsageError if the attributes contradict each other, InputError if the sheet lacks a drawing.
 */
export function composeScene(sprites: Sprites, attributes: Attributes, random: Random): Picture {
  checkAttributes(attributes);
  const canvas = blankCanvas();
  paintBackground(canvas, attributes.background, random);
  const figure = chooseFigure(sprites, attributes, random);
  const objectPaint = paintFor(figure.object, attributes.objectColour, random);
  for (const place of places(attributes, random)) {
    const map = placeFigure(figure, place, random);
    drawSprite(canvas, "object", figure.object, map, objectPaint);
    if (figure.hat !== null && attributes.hatColour !== null) {
      const hatPaint = paintFor(figure.hat, attributes.hatColour, random);
      drawSprite(canvas, "hat", figure.hat, compose(map, figure.hatMap), hatPaint);
    }
  }
  return developed(canvas);
}
