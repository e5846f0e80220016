import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cellBounds } from "../../src/data/grid-cell.js";
import { MOSAIC_SIDES, mosaic } from "../../src/data/mosaic.js";
import { randomFor } from "../../src/data/random.js";
import { pictureOf, THINGS } from "../../src/data/single-thing.js";
import { OBJECTS } from "../../src/data/vocabulary.js";
import { type CaseFigures, meanFigures } from "../../src/evaluate/case-figures.js";
import { type CaptionedMosaic, gridMetrics } from "../../src/evaluate/grid.js";
import { MAP_TREATMENTS } from "../../src/explain/map-treatment.js";
import { loadVocabulary } from "../../src/files/assets.js";
import { loadSprites } from "../../src/files/sprites.js";
import { encode } from "../../src/text/bpe.js";
import { wordsInSpan } from "../../src/text/words.js";
import { assertAllclose } from "../allclose.js";

const sprites = loadSprites();
const vocabulary = loadVocabulary();
const size = { height: 64, width: 64 };

const played: readonly CaptionedMosaic[] = MOSAIC_SIDES.flatMap((side) =>
  [0, 1].map((index) => {
    const made = mosaic(sprites, side, { seed: 7, index });
    return { ...made, encoding: encode(vocabulary, made.caption) };
  }),
);

describe("mosaics", () => {
  test("hold different things, each once, four objects or all nine things", () => {
    for (const { side, tiles } of played) {
      assert.deepEqual(
        tiles.map(({ row, column }) => row * side + column),
        [...Array(side * side).keys()],
      );
      const things = new Set<string>(tiles.map(({ thing }) => thing));
      assert.equal(things.size, side * side);
      assert.ok(side === 3 || [...things].every((thing) => OBJECTS.some((object) => object === thing)));
    }
  });

  test("name every thing by a word of its own, within 24 tokens", () => {
    for (const { caption, tiles, encoding } of played) {
      assert.equal(
        caption.split(", ").toSorted().join(),
        tiles
          .map(({ thing }) => thing)
          .toSorted()
          .join(),
      );
      const words = tiles.map(({ thing, start, end }) => {
        assert.equal(caption.slice(start, end), thing.split(" ")[0]);
        const own = wordsInSpan(encoding, start, end);
        assert.equal(own.length, 1);
        return own[0];
      });
      assert.equal(new Set(words).size, tiles.length);
      assert.ok(encoding.tokens.length <= 24);
    }
  });

  test("are the same each time, and differ by index", () => {
    assert.deepEqual(mosaic(sprites, 3, { seed: 7, index: 1 }), mosaic(sprites, 3, { seed: 7, index: 1 }));
    assert.notDeepEqual(
      mosaic(sprites, 3, { seed: 7, index: 0 }).rgb,
      mosaic(sprites, 3, { seed: 7, index: 1 }).rgb,
    );
  });

  test("a cell is a picture of its own: a plain border, and something in the middle", () => {
    for (const { side, rgb, tiles } of played) {
      for (const tile of tiles) {
        const { top, left, bottom, right } = cellBounds(size, side, tile);
        const at = (y: number, x: number) => [...rgb.subarray(3 * (y * 64 + x), 3 * (y * 64 + x) + 3)];
        assert.deepEqual(at(top, left), at(bottom - 1, right - 1), tile.thing);
        const pixels = Array.from({ length: bottom - top }, (_, y) =>
          at(top + y, Math.floor((left + right) / 2)),
        );
        assert.ok(new Set(pixels.map(String)).size > 3, tile.thing);
      }
    }
  });

  test("every thing can be drawn alone, in each seed", () => {
    for (const thing of THINGS) {
      for (const seed of [0, 1])
        assert.equal(pictureOf(sprites, thing, randomFor(seed, 0, "t")).rgb.length, 3 * 64 * 64);
    }
  });
});

/** A map per word: made from whether a pixel is in the word's own cell; words that name no cell get zeros. */
async function* painted(paint: (own: boolean) => number, times: readonly number[] = [200, 800]) {
  for (const [index, { side, tiles, encoding }] of played.entries()) {
    const maps = encoding.words.map(({ start }) => {
      const tile = tiles.find((each) => each.start === start);
      const map = new Float32Array(64 * 64);
      if (tile === undefined) return map;
      const { top, bottom, left, right } = cellBounds(size, side, tile);
      return map.map((_, i) => {
        const [y, x] = [Math.floor(i / 64), i % 64];
        return paint(y >= top && y < bottom && x >= left && x < right);
      });
    });
    for (const t of times) yield { index, t, maps };
  }
}

describe("grid pointing game over mosaics", () => {
  const values = async (paint: (own: boolean) => number) =>
    Object.entries(await gridMetrics(played, "attention", painted(paint))).map(
      ([name, { value }]) => [name, value] as const,
    );

  test("is 1 for maps that are their cells, in every form and at every time", async () => {
    const found = await values((own) => (own ? 2 : 0));
    assert.equal(found.length, 2 * 3 * MAP_TREATMENTS.length);
    assert.ok(found.some(([name]) => name === "grid3x3.attention.excess.t800"));
    for (const [name, value] of found) assertAllclose([value], [1], 1e-6, name);
  });

  test("is 0 for maps of all other cells", async () => {
    for (const [name, value] of await values((own) => (own ? 0 : 1)))
      assertAllclose([value], [0], 1e-6, name);
  });

  test("is a quarter or a ninth for raw maps that say nothing", async () => {
    const found = new Map(await values(() => 1));
    assertAllclose([found.get("grid2x2.attention.raw")!], [1 / 4], 1e-6);
    assertAllclose([found.get("grid3x3.attention.raw")!], [1 / 9], 1e-6);
  });
});

test("mean figures are over times within a case, then over cases, in any order; nulls are left out", async () => {
  const found: readonly CaseFigures[] = [
    { index: 0, t: 200, figures: { a: 1, b: null } },
    { index: 0, t: 800, figures: { a: 3 } },
    { index: 1, t: 200, figures: { a: 6, b: null } },
  ];
  async function* each(figures: typeof found) {
    yield* figures;
  }
  const metrics = await meanFigures(each(found));
  assert.deepEqual(
    Object.entries(metrics).map(([name, { value, n }]) => [name, value, n]),
    [
      ["a", 4, 2],
      ["a.t200", 3.5, 2],
      ["a.t800", 3, 1],
    ],
  );
  assert.deepEqual(await meanFigures(each(found.toReversed())), metrics);
});
