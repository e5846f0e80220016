import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadSprites } from "../../src/files/sprites.js";
import { composedExamples } from "../../src/train/examples.js";

const sprites = loadSprites();
const examplesOf = (mosaics: number, count = 60, isMirrored = false) => {
  const source = composedExamples(sprites, { seed: 1, mosaics });
  return Promise.all(Array.from({ length: count }, (_, index) => source(index, isMirrored)));
};

describe("composed examples", () => {
  test("have about as many mosaics as are asked for, which ask no classifier", async () => {
    const isMosaic = async (mosaics: number) =>
      (await examplesOf(mosaics)).filter(({ composition }) => composition!.labels === null).length;
    assert.equal(await isMosaic(0), 0);
    assert.equal(await isMosaic(1), 60);
    const some = await isMosaic(0.3);
    assert.ok(some > 5 && some < 33, `${some} of 60`); // 18, give or take four deviations
  });

  test("leave the scenes between the mosaics as they are without", async () => {
    const [mixed, plain] = [await examplesOf(0.3), await examplesOf(0)];
    const kept = mixed.flatMap((each, i) =>
      each.composition!.labels === null ? [] : [[each, plain[i]] as const],
    );
    assert.ok(kept.length > 10);
    for (const [each, scene] of kept) assert.deepEqual(each, scene);
  });

  test("have parts that cover the picture, and words whose pixels lie within a part", async () => {
    for (const { caption, composition } of await examplesOf(0.5, 24)) {
      const { masks, words } = composition!;
      const { object, hat, background } = masks;
      assert.ok(object.every((value, i) => value + hat[i]! + background[i]! === 255));
      for (const { start, end, slot, place } of words) {
        assert.ok(end <= caption.length && start < end);
        if (slot !== "object" && slot !== "hat") continue;
        assert.ok(place!.every((value, i) => value <= masks[slot][i]!));
      }
    }
  });

  test("in a mirror are mirrored, but for mosaics", async () => {
    const [seen, mirrored] = [await examplesOf(0.5, 12), await examplesOf(0.5, 12, true)];
    for (const [i, { rgb, composition }] of seen.entries()) {
      if (composition!.labels === null) assert.deepEqual(mirrored[i]!.rgb, rgb);
      else assert.notDeepEqual(mirrored[i]!.rgb, rgb);
    }
  });
});
