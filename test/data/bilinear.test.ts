import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { shrinkToSquare } from "../../src/data/bilinear.js";
import { imageFormatOf } from "../../src/data/image-format.js";

/** A grey picture from its rows. */
function grey(rows: readonly (readonly number[])[]) {
  const data = Uint8Array.from(rows.flat().flatMap((value) => [value, value, value]));
  return { width: rows[0]!.length, height: rows.length, data };
}

const reds = (pixels: Uint8Array): number[] => [...pixels].filter((_, i) => i % 3 === 0);

describe("shrinking to a square", () => {
  test("keeps a picture of that size", () => {
    const rows = [
      [0, 50],
      [100, 255],
    ];
    assert.deepEqual(reds(shrinkToSquare(grey(rows), 2)), rows.flat());
  });

  test("by two weighs with the triangle of twice the width", () => {
    // taps 1/8, 3/8, 3/8, 1/8 inside; at the border 3/7, 3/7, 1/7 of what is there
    const row = [0, 70, 140, 210];
    const rows = [row, row, row, row];
    const left = (3 * 0 + 3 * 70 + 140) / 7;
    const right = (70 + 3 * 140 + 3 * 210) / 7;
    const expected = [left, right].map(Math.round);
    assert.deepEqual(reds(shrinkToSquare(grey(rows), 2)), [...expected, ...expected]);
  });

  test("enlarges linearly between the pixels' middles", () => {
    const rows = [
      [0, 100],
      [0, 100],
    ];
    assert.deepEqual(reds(shrinkToSquare(grey(rows), 4)).slice(0, 4), [0, 25, 75, 100]);
  });

  test("keeps the middle of the longer side", () => {
    const rows = [
      [9, 9, 1, 2, 9, 9],
      [9, 9, 3, 4, 9, 9],
    ];
    assert.deepEqual(reds(shrinkToSquare(grey(rows), 2)), [1, 2, 3, 4]);
  });

  test("stays within the picture's values, and leaves a plain one plain", () => {
    const sides = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        sides,
        sides,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 255 }),
        (w, h, n, v) => {
          const plain = grey(Array.from({ length: h }, () => new Array<number>(w).fill(v)));
          assert.deepEqual(reds(shrinkToSquare(plain, n)), new Array(n * n).fill(v));
        },
      ),
    );
  });
});

test("formats are known by their first bytes alone", () => {
  const of = (text: string) => imageFormatOf(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  assert.equal(of("\xff\xd8\xff\xe0"), "jpeg");
  assert.equal(of("\x89PNG\r\n\x1a\n"), "png");
  assert.equal(of("RIFF....WEBPVP8 "), "webp");
  assert.equal(of("GIF89a"), "gif");
  assert.equal(of("....ftypavif"), "avif");
  for (const other of ["", "<svg", "%PDF-1.7", "RIFF....WAVE", "BM", "\x89PNG", "....ftypmp42"]) {
    assert.equal(of(other), undefined, other);
  }
});
