import fc from "fast-check";
import { encodePicture, pictureLength } from "../../src/diffusion/picture.js";
import type { Ledger } from "../../src/explain/ledger.js";
import { type ExtraSource, runSources, type Source } from "../../src/explain/sources.js";

export const SIZE = { height: 2, width: 3 };

/** A ledger whose image is the sum of its rows. */
export function ledgerOf(sources: readonly Source[], rows: readonly Float32Array[]): Ledger {
  const length = pictureLength(SIZE);
  const all = new Float32Array(sources.length * length);
  rows.forEach((row, s) => {
    all.set(row, s * length);
  });
  const image = Float32Array.from({ length }, (_, i) => rows.reduce((sum, row) => sum + row[i]!, 0));
  return { sources, rows: all, image, size: SIZE };
}

/** Any ledger of 1 to 6 tokens, with parts in -1..1 and a picture whose mass is well above 0. */
export const anyLedger: fc.Arbitrary<Ledger> = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.subarray<ExtraSource>(["unconditional", "bias"]))
  .chain(([tokens, extras]) => {
    const sources = runSources(tokens, extras);
    const value = fc.double({ min: -1, max: 1, noNaN: true }).map((x) => (Math.abs(x) < 1e-6 ? 0 : x));
    const part = fc.array(value, { minLength: 36, maxLength: 36 }).map((values) => Float32Array.from(values));
    return fc.array(part, { minLength: sources.length, maxLength: sources.length }).map((rows) => {
      // A constant in the first token keeps the picture's mass away from 0.
      const first = rows[0]!.map((v) => v + 10);
      return ledgerOf(sources, [first, ...rows.slice(1)]);
    });
  });

/** A picture [6, 2, 3] of one colour. */
export function plain(r: number, g: number, b: number): Float32Array {
  return encodePicture(Float32Array.from({ length: 18 }, (_, i) => [r, g, b][Math.floor(i / 6)]!));
}

export function scaled(row: Float32Array, factor: number): Float32Array {
  return row.map((value) => factor * value);
}

export function total(values: Iterable<number>): number {
  return Array.from(values).reduce((a, b) => a + b, 0);
}
