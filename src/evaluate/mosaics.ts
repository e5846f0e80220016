import { SIZE } from "../data/canvas.js";
import { type Random, randomFor } from "../data/random.js";
import { pictureOf, THINGS, type Thing } from "../data/single-thing.js";
import type { Sprites } from "../data/sprites.js";
import { OBJECTS } from "../data/vocabulary.js";
import { SCENE_SEED } from "./localisation-scenes.js";
import { cellBounds, type GridCell } from "./scores/grid-pointing.js";

/** Cells a side of the mosaics that are played. */
export const MOSAIC_SIDES = [2, 3] as const;
export type MosaicSide = (typeof MOSAIC_SIDES)[number];

/** A thing of a mosaic: its cell, and the span [start, end) of the caption's word that tells it from the others. */
export interface Tile extends GridCell {
  readonly thing: Thing;
  readonly start: number;
  readonly end: number;
}

/** A picture of n x n single things under a joint caption; `rgb` is [64, 64, 3] in 0..255. */
export interface Mosaic {
  readonly side: MosaicSide;
  readonly rgb: Uint8Array;
  readonly caption: string;
  /** In the order of the cells, row by row. */
  readonly tiles: readonly Tile[];
}

/**
 * The mosaic of an index: four of the five objects, or the five objects and the four hats; all different.
 *
 * Each is drawn alone at 64 x 64 and shrunk into its cell by averaging. The caption names them in an order of its own, so
 * that a word's place says nothing of its cell. Throws InputError if the sheet lacks a drawing.
 */
export function mosaic(sprites: Sprites, side: MosaicSide, index: number): Mosaic {
  const random = randomFor(SCENE_SEED, index, `mosaic ${side}`);
  const things = shuffled(random, side === 2 ? OBJECTS : THINGS).slice(0, side * side);
  const named = shuffled(random, things);
  const starts = named.map((_, i) => named.slice(0, i).reduce((start, name) => start + name.length + 2, 0));
  const rgb = new Uint8Array(3 * SIZE * SIZE);
  const tiles = things.map((thing, cell): Tile => {
    const place = { row: Math.floor(cell / side), column: cell % side };
    const { top, bottom, left, right } = cellBounds({ height: SIZE, width: SIZE }, side, place);
    const small = shrink(pictureOf(sprites, thing, random), bottom - top, right - left); // [h, w, 3]
    const row = 3 * (right - left);
    for (let y = top; y < bottom; y++) {
      rgb.set(small.subarray((y - top) * row, (y - top + 1) * row), 3 * (y * SIZE + left));
    }
    const start = starts[named.indexOf(thing)]!;
    return { thing, ...place, start, end: start + thing.split(" ")[0]!.length };
  });
  return { side, rgb, caption: named.join(", "), tiles };
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Mean colours of the parts of a picture [64, 64, 3] that become one pixel each: [height, width, 3]. */
function shrink(rgb: Uint8Array, height: number, width: number): Uint8Array {
  const rows = coverage(height);
  const columns = coverage(width);
  return Uint8Array.from({ length: 3 * height * width }, (_, i) => {
    const [y, x, channel] = [Math.floor(i / (3 * width)), Math.floor(i / 3) % width, i % 3];
    let sum = 0;
    for (const [row, above] of rows[y]!) {
      for (const [column, beside] of columns[x]!) {
        sum += above * beside * rgb[3 * (row * SIZE + column) + channel]!;
      }
    }
    return Math.round(sum);
  });
}

/** Which of 64 pixels each of `count` equal parts covers, and by how much; a part's shares add up to 1. */
function coverage(count: number): [number, number][][] {
  const part = SIZE / count;
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [i * part, (i + 1) * part];
    const pixels = Array.from({ length: SIZE }, (_, pixel): [number, number] => {
      const covered = Math.min(to, pixel + 1) - Math.max(from, pixel);
      return [pixel, Math.max(0, covered) / part];
    });
    return pixels.filter(([, share]) => share > 0);
  });
}
