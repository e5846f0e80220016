import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { cellBounds } from "../../src/data/grid-cell.js";
import { InputError, UsageError } from "../../src/errors.js";
import { energyPointingGame } from "../../src/evaluate/scores/energy-pointing-game.js";
import { gridPointing } from "../../src/evaluate/scores/grid-pointing.js";
import { intersectionOverUnion } from "../../src/evaluate/scores/intersection-over-union.js";
import { type AttributionMap, type Mask, maskArea, maskOf } from "../../src/evaluate/scores/map.js";
import { pointingGame } from "../../src/evaluate/scores/pointing-game.js";
import { relevanceMassAccuracy } from "../../src/evaluate/scores/relevance-mass.js";
import { relevanceRankAccuracy } from "../../src/evaluate/scores/relevance-rank.js";
import { sparseness } from "../../src/evaluate/scores/sparseness.js";
import { assertAllclose } from "../allclose.js";

type Score = (map: AttributionMap, mask: Mask) => number | null;

const scores: Readonly<Record<string, Score>> = {
  pointingGame,
  energyPointingGame,
  relevanceMassAccuracy,
  relevanceRankAccuracy,
  intersectionOverUnion: (map, mask) => intersectionOverUnion(map, mask),
};
const of = (map: AttributionMap, mask: Mask) =>
  Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, score(map, mask)]));
const all = (value: number | null) => Object.fromEntries(Object.keys(scores).map((name) => [name, value]));

const MASK = [1, 1, 0, 0, 0, 0, 0, 0]; // a quarter of 8 pixels
const INVERSE = MASK.map((value) => 1 - value);

const anyMask = fc
  .array(fc.constantFrom(0, 1), { minLength: 12, maxLength: 12 })
  .filter((mask) => mask.includes(1));
const anyMap = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 12, maxLength: 12 });

describe("every score of a map against a mask", () => {
  test("is 1 for the mask itself", () => assert.deepEqual(of(MASK, MASK), all(1)));
  test("is 0 for its inverse", () => assert.deepEqual(of(INVERSE, MASK), all(0)));
  test("is chance, the mask's area, for a constant map", () =>
    assert.deepEqual(of(new Float32Array(8).fill(0.3), MASK), all(maskArea(MASK))));

  test("is undefined for an empty mask: nothing was there to be hit or missed", () => {
    for (const map of [MASK, new Float32Array(8)]) assert.deepEqual(of(map, new Float32Array(8)), all(null));
  });

  test("does not change with the map's scale, nor with the order of pixels", () => {
    const order = fc.shuffledSubarray([...Array(12).keys()], { minLength: 12 });
    fc.assert(
      fc.property(anyMap, anyMask, order, (map, mask, pixels) => {
        const known = of(map, mask);
        assert.deepEqual(
          of(
            map.map((value) => 4 * value),
            mask,
          ),
          known,
        );
        assert.deepEqual(
          of(
            pixels.map((i) => map[i]!),
            pixels.map((i) => mask[i]!),
          ),
          known,
        );
      }),
    );
  });

  test("is in 0..1 for a map without negative values, and 1 wherever it lies inside", () => {
    fc.assert(
      fc.property(anyMap, anyMask, (map, mask) => {
        for (const value of Object.values(of(map, mask)))
          assert.ok(value === null || (value >= 0 && value <= 1));
        const inside = map.map((value, i) => (value + 1) * mask[i]!);
        const { pointingGame, energyPointingGame, relevanceMassAccuracy, relevanceRankAccuracy } = of(
          inside,
          mask,
        );
        assert.deepEqual(
          [pointingGame, energyPointingGame, relevanceMassAccuracy, relevanceRankAccuracy],
          [1, 1, 1, 1],
        );
      }),
    );
  });

  test("refuses sizes that differ and values that are not finite", () => {
    for (const score of Object.values(scores)) {
      assert.throws(() => score([1, 2], MASK), UsageError);
      assert.throws(() => score([Number.NaN, ...MASK.slice(1)], MASK), InputError);
    }
  });
});

describe("a map of zeros", () => {
  const nothing = new Float32Array(8);
  test("shows nothing", () => {
    const { energyPointingGame, relevanceMassAccuracy, intersectionOverUnion } = of(nothing, MASK);
    assert.deepEqual([energyPointingGame, relevanceMassAccuracy, intersectionOverUnion], [0, null, 0]);
  });
  test("points and ranks at random", () => {
    const { pointingGame, relevanceRankAccuracy } = of(nothing, MASK);
    assert.deepEqual([pointingGame, relevanceRankAccuracy], [0.25, 0.25]);
  });
});

test("negative values are clipped by the energy, and counted by the mass", () => {
  const map = [3, 0, -1, 0, 1, 0, 0, 0];
  assert.equal(energyPointingGame(map, MASK), 3 / 4);
  assert.equal(relevanceMassAccuracy(map, MASK), 1);
  assert.equal(relevanceMassAccuracy([-1, 0, 0, 0, 0, 0, 0, 0], MASK), null);
});

describe("a mask of coverage", () => {
  const mask = maskOf(Uint8Array.of(255, 128, 127, 0, 0, 0, 0, 0)); // 1, 0.502, 0.498, 0, ...
  test("is read as the pixels that are at least half covered: MASK", () => {
    assert.deepEqual(of([1, 1, 0, 0, 0, 0, 0, 0], mask), all(1));
    assert.deepEqual(of(INVERSE, mask), all(0));
    assert.equal(maskArea(mask), maskArea(MASK));
  });
  test("is empty where no pixel is half covered", () => {
    assert.deepEqual(of(MASK, maskOf(new Uint8Array(8).fill(127))), all(null));
  });
  test("scores as the yes and no of it do, whatever the map", () => {
    const anyCoverage = fc.uint8Array({ minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(anyMap, anyCoverage, (map, coverage) => {
        const soft = maskOf(coverage);
        assert.deepEqual(
          of(map, soft),
          of(
            map,
            Array.from(soft, (value) => (value >= 0.5 ? 1 : 0)),
          ),
        );
      }),
    );
  });
});

test("ranks: of the two highest pixels, the part inside; those that tie share the last place", () => {
  assert.equal(relevanceRankAccuracy([9, 1, 8, 0, 0, 0, 0, 0], MASK), 1 / 2);
  // 9 is outside; one of the three 5s takes the other place, and one of them is inside.
  assert.equal(relevanceRankAccuracy([5, 1, 9, 5, 5, 0, 0, 0], MASK), 1 / 3 / 2);
});

test("the threshold of the intersection over union is a part of the highest value", () => {
  const map = [10, 5, 5, 0, 0, 0, 0, 0];
  assert.equal(intersectionOverUnion(map, MASK, 0.4), 2 / 3);
  assert.equal(intersectionOverUnion(map, MASK, 0.5), 1 / 2);
  assert.throws(() => intersectionOverUnion(map, MASK, 1), UsageError);
});

describe("grid pointing", () => {
  const size = { height: 4, width: 4 };
  const own = { row: 0, column: 1 };
  const upperRight = Array.from({ length: 16 }, (_, i) => (i < 8 && i % 4 > 1 ? 1 : 0));

  test("perfect, inverted, constant and empty maps", () => {
    assert.equal(gridPointing(upperRight, size, 2, own), 1);
    assert.equal(gridPointing(upperRight, size, 2, { row: 1, column: 0 }), 0);
    assert.equal(gridPointing(new Float32Array(16).fill(2), size, 2, own), 1 / 4);
    assert.equal(gridPointing(new Float32Array(16), size, 2, own), 0);
  });

  test("negative values are clipped before they are added up", () => {
    const map = upperRight.map((value, i) => (value === 1 ? 1 - (i % 2) * 3 : 0.5)); // 1, -2, 1, -2 inside
    assertAllclose([gridPointing(map, size, 2, own)], [0.5 / 2], 1e-12);
  });

  test("cells tile the picture, and a constant map scores 1 / n^2, also where n does not divide the side", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 7, max: 64 }), (n, side) => {
        const picture = { height: side, width: side };
        const cover = new Uint8Array(side * side);
        for (let row = 0; row < n; row++)
          for (let column = 0; column < n; column++) {
            const { top, bottom, left, right } = cellBounds(picture, n, { row, column });
            for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) cover[y * side + x]! += 1;
          }
        assert.ok(cover.every((times) => times === 1));
        const flat = new Float32Array(side * side).fill(1);
        assertAllclose([gridPointing(flat, picture, n, { row: 0, column: n - 1 })], [1 / n ** 2], 1e-12);
      }),
      { numRuns: 30 },
    );
  });

  test("refuses a grid that does not fit", () => {
    assert.throws(() => gridPointing(upperRight, size, 5, own), UsageError);
    assert.throws(() => gridPointing(upperRight, size, 2, { row: 2, column: 0 }), UsageError);
    assert.throws(() => gridPointing(upperRight, { height: 3, width: 4 }, 2, own), UsageError);
  });
});

describe("sparseness", () => {
  test("is 0 for a constant map, 1 - 1/N for one pixel, undefined for none", () => {
    assert.equal(sparseness([2, 2, 2, 2]), 0);
    assert.equal(sparseness([0, -7, 0, 0]), 3 / 4);
    assert.equal(sparseness([0, 0]), null);
  });
  test("is the mean difference of two pixels over twice the mean", () => {
    fc.assert(
      fc.property(
        anyMap.filter((map) => map.some((value) => value > 0)),
        (map) => {
          const n = map.length;
          const total = map.reduce((sum, value) => sum + value, 0);
          const differences = map
            .flatMap((a) => map.map((b) => Math.abs(a - b)))
            .reduce((sum, d) => sum + d, 0);
          assertAllclose([sparseness(map)!], [differences / (2 * n * total)], 1e-12);
        },
      ),
    );
  });
});
