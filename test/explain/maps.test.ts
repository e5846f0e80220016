import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InputError } from "../../src/errors.js";
import { decodeMaps, encodeMaps } from "../../src/explain/map-codec.js";
import { pixelMaps, sharedScale } from "../../src/explain/maps.js";
import { contentOf, contentProjections } from "../../src/explain/relevance.js";
import { runSources } from "../../src/explain/sources.js";
import { assertAllclose } from "../allclose.js";
import { anyLedger, ledgerOf, plain, scaled, total } from "./ledgers.js";

const NOTHING = new Float32Array(36);
const PIXELS = 6;

/** A part that acts on the pixels listed only. */
function on(pixels: readonly number[], row: Float32Array): Float32Array {
  return row.map((value, i) => (pixels.includes(i % PIXELS) ? value : 0));
}

test("shares add up to 1 in every pixel that has content", () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      const maps = pixelMaps(ledger, "share");
      const magnitudes = pixelMaps(ledger, "magnitude");
      for (let p = 0; p < PIXELS; p++) {
        const content = total(magnitudes.map((map) => map[p]!));
        const share = total(maps.map((map) => map[p]!));
        assert.ok(content === 0 ? share === 0 : Math.abs(share - 1) < 1e-5);
      }
    }),
  );
});

test("excess is never negative, is 0 somewhere, and is 0 everywhere for a word that acts evenly", () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      pixelMaps(ledger, "excess").forEach((map, i) => {
        const share = pixelMaps(ledger, "share")[i]!;
        assert.ok(map.every((value) => value >= 0 && value <= 1));
        assert.ok(map.some((value) => value < 1e-7));
        const surplus = total(map);
        const mean = total(share) / PIXELS;
        const deficit = total(share.map((value) => Math.max(0, mean - value)));
        assert.ok(Math.abs(surplus - deficit) < 1e-5);
      });
    }),
  );
  const even = ledgerOf(runSources(2), [
    scaled(plain(1, 0, 0), 0.75),
    scaled(plain(1, 0, 0), 0.25),
    NOTHING,
    NOTHING,
    NOTHING,
  ]);
  for (const map of pixelMaps(even, "excess")) assert.ok(map.every((value) => value < 1e-7));
});

test("excess finds the object under a background word that supplies most of the content", () => {
  const background = scaled(plain(0, 0, 1), 0.8);
  const object = on([2], scaled(plain(1, 0, 0), 0.4));
  const ledger = ledgerOf(runSources(2), [background, object, NOTHING, NOTHING, NOTHING]);
  const [ground, thing] = pixelMaps(ledger, "excess");
  assert.deepEqual(
    [...thing!].map((value) => value > 0),
    [false, false, true, false, false, false],
  );
  assert.equal(ground![2], 0);
  assert.ok(pixelMaps(ledger, "magnitude")[0]![2]! > pixelMaps(ledger, "magnitude")[1]![2]!);
});

test("the size of a picture's parts does not change shares and excess", () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      const halved = { ...ledger, rows: scaled(ledger.rows, 0.5), image: scaled(ledger.image, 0.5) };
      pixelMaps(halved, "excess").forEach((map, i) => {
        assertAllclose(map, pixelMaps(ledger, "excess")[i]!);
      });
    }),
  );
});

test("signed maps, weighted by the pixel's content, add up to the word's projection", () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      const image = contentOf(ledger.image);
      const square = total(image.map((value) => value * value));
      fc.pre(square > 1e-2);
      const norms = Array.from({ length: PIXELS }, (_, p) =>
        Math.hypot(image[p]!, image[PIXELS + p]!, image[2 * PIXELS + p]!),
      );
      pixelMaps(ledger, "signed").forEach((map, i) => {
        const projected = total(map.map((value, p) => value * norms[p]!)) / square;
        assert.ok(Math.abs(projected - contentProjections(ledger)![i]!) < 1e-4);
      });
    }),
  );
});

test("one scale serves all words, so that a neglected word stays dark", () => {
  assert.equal(sharedScale([Float32Array.of(0.1, -0.5), Float32Array.of(0.25)]), 0.5);
  assert.equal(sharedScale([new Float32Array(4)]), 1);
  assert.equal(sharedScale([]), 1);
});

test("maps survive packing to half a step of their scale", () => {
  const values = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(values, { maxLength: 4 }), (rows) => {
      const maps = rows.map((row) => Float32Array.from(row));
      const scale = sharedScale(maps);
      const decoded = decodeMaps(encodeMaps("excess", maps, scale), 5);
      assert.equal(decoded.length, maps.length);
      decoded.forEach((map, i) => {
        assert.ok(map.every((value, p) => Math.abs(value - maps[i]![p]!) <= scale / 509));
      });
    }),
  );
});

test("packed maps of wrong size, or not base64, are refused", () => {
  const packed = encodeMaps("share", [Float32Array.of(0, 1)], 1);
  assert.throws(() => decodeMaps(packed, 3), /map of word 0 must have 3 pixels; got 2/);
  assert.throws(() => decodeMaps({ ...packed, words: ["*"] }, 3), InputError);
});
