import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MAP_TREATMENTS, treatMaps } from "../../src/explain/map-treatment.js";
import { assertAllclose } from "../allclose.js";

const numbers = (maps: readonly Float32Array[]) => maps.map((map) => [...map]);
const anyMaps = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }))
  .chain(([words, pixels]) =>
    fc.array(fc.float32Array({ minLength: pixels, maxLength: pixels, min: -2, max: 2, noNaN: true }), {
      minLength: words,
      maxLength: words,
    }),
  );

describe("treatments of maps", () => {
  const maps = [
    [3, -1, 0, 2],
    [1, 2, 0, 2],
    [0, 1, 0, -2],
  ].map((map) => Float32Array.from(map));

  test("have these values for three words and four pixels", () => {
    assert.deepEqual(treatMaps(maps, "raw"), maps);
    const shares = [
      [3 / 4, 1 / 4, 0, 1 / 3],
      [1 / 4, 2 / 4, 0, 1 / 3],
      [0, 1 / 4, 0, 1 / 3],
    ];
    assertAllclose(numbers(treatMaps(maps, "share")).flat(), shares.flat());
    const means = shares.map((map) => map.reduce((sum, share) => sum + share, 0) / 4);
    const excesses = shares.map((map, word) => map.map((share) => Math.max(0, share - means[word]!)));
    assertAllclose(numbers(treatMaps(maps, "excess")).flat(), excesses.flat());
    assert.deepEqual(numbers(treatMaps(maps, "lead")), [
      [3, 0, 0, 2],
      [0, 2, 0, 2],
      [0, 0, 0, 2],
    ]);
  });

  test("shares add up to 1 wherever a word acts", () => {
    fc.assert(
      fc.property(anyMaps, (raw) => {
        const shares = treatMaps(raw, "share");
        const sums = raw[0]!.map((_, i) => shares.reduce((sum, map) => sum + map[i]!, 0));
        assertAllclose(
          sums,
          raw[0]!.map((_, i) => (raw.some((map) => map[i] !== 0) ? 1 : 0)),
          1e-6,
        );
      }),
    );
  });

  test("in every pixel the largest word leads with all that it does, and no smaller one does anything", () => {
    fc.assert(
      fc.property(anyMaps, (raw) => {
        const leads = treatMaps(raw, "lead");
        for (const [word, map] of raw.entries()) {
          for (const [i, own] of map.entries()) {
            const isLargest = raw.every((other) => Math.abs(other[i]!) <= Math.abs(own));
            assert.equal(leads[word]![i], isLargest ? Math.abs(own) : 0);
          }
        }
      }),
    );
  });

  test("do not depend on the order of the words", () => {
    fc.assert(
      fc.property(anyMaps, (raw) => {
        for (const treatment of MAP_TREATMENTS)
          assertAllclose(
            numbers(treatMaps(raw.toReversed(), treatment)).flat(),
            numbers(treatMaps(raw, treatment)).toReversed().flat(),
            1e-5,
          );
      }),
    );
  });
});
