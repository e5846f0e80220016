import { SIZE } from "./canvas.js";
import { cellBounds, type GridCell } from "./grid-cell.js";
import { type Random, randomFor } from "./random.js";
import { pictureOf, THINGS, type Thing } from "./single-thing.js";
import type { Sprites } from "./sprites.js";
import { OBJECTS } from "./vocabulary.js";

/** Cells a side. */
export const MOSAIC_SIDES = [2, 3] as const;
export type MosaicSide = (typeof MOSAIC_SIDES)[number];

/** A thing of a mosaic: its cell, and the span [start, end) of the caption's word that tells it from the others. */
export interface Tile extends GridCell {
  readonly thing: Thing;
  readonly start: number;
  readonly end: number;
  /** The thing's coverage of the whole picture [64, 64] in 0..255. */
  readonly mask: Uint8Array;
  /** The thing alone [64, 64, 3] in 0..255, before it is shrunk into its cell. */
  readonly alone: Uint8Array;
}

/** A picture of n x n single things under a joint caption; `rgb` is [64, 64, 3] in 0..255. */
export interface Mosaic {
  readonly side: MosaicSide;
  readonly rgb: Uint8Array;
  readonly caption: string;
  /** In the order of the cells, row by row. */
  readonly tiles: readonly Tile[];
}

/** Which mosaic: `seed` and `index` are whole numbers from 0. */
export interface MosaicKey {
  readonly seed: number;
  readonly index: number;
}

/**
 * The mosaic of a key: four of the five objects, or the five objects and the four hats; all different.
 *
 * Each is drawn alone at 64 x 64 and shrunk into its cell by averaging. The caption names them in an order of its own, so
 * that a word's place says nothing of its cell. Throws InputError if the sheet lacks a drawing.
 */
export function mosaic(sprites: Sprites, side: MosaicSide, { seed, index }: MosaicKey): Mosaic {
  const random = randomFor(seed, index, `mosaic ${side}`);
  const things = shuffled(random, side === 2 ? OBJECTS : THINGS).slice(0, side * side);
  const named = shuffled(random, things);
  const starts = named.map((_, i) => named.slice(0, i).reduce((start, name) => start + name.length + 2, 0));
  const rgb = new Uint8Array(3 * SIZE * SIZE);
  const tiles = things.map((thing, cell): Tile => {
    const place = { row: Math.floor(cell / side), column: cell % side };
    const { top, bottom, left, right } = cellBounds({ height: SIZE, width: SIZE }, side, place);
    const whole = pictureOf(sprites, thing, random);
    const mask = new Uint8Array(SIZE * SIZE);
    for (const [target, source, channels] of [
      [rgb, whole.rgb, 3],
      [mask, whole.mask, 1],
    ] as const) {
      const small = shrink(source, bottom - top, right - left); // [h, w, channels]
      const row = channels * (right - left);
      for (let y = top; y < bottom; y++) {
        target.set(small.subarray((y - top) * row, (y - top + 1) * row), channels * (y * SIZE + left));
      }
    }
    const start = starts[named.indexOf(thing)]!;
    const end = start + thing.split(" ")[0]!.length;
    return { thing, ...place, start, end, mask, alone: whole.rgb };
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

/** Means over the parts of a picture [64, 64, any] that become one pixel each: [height, width, any]. */
export function shrink(bytes: Uint8Array, height: number, width: number): Uint8Array {
  const channels = bytes.length / (SIZE * SIZE);
  const rows = coverage(height);
  const columns = coverage(width);
  return Uint8Array.from({ length: channels * height * width }, (_, i) => {
    const [y, x, channel] = [
      Math.floor(i / (channels * width)),
      Math.floor(i / channels) % width,
      i % channels,
    ];
    let sum = 0;
    for (const [row, above] of rows[y]!) {
      for (const [column, beside] of columns[x]!) {
        sum += above * beside * bytes[channels * (row * SIZE + column) + channel]!;
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
