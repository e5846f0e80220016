import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isHeldOut } from "../../src/data/held-out.js";
import { sceneAttributes } from "../../src/data/scene.js";
import { NATURAL_OBJECT_COLOURS } from "../../src/data/vocabulary.js";
import { loadSprites } from "../../src/files/sprites.js";
import { composedExamples, type ExampleSource } from "../../src/train/examples.js";

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

  test("show as many colours of the drawings' own as are asked for, and never a held-out combination", async () => {
    const attributesOf = (ownColours?: number) =>
      Array.from({ length: 300 }, (_, index) =>
        sceneAttributes(sprites, { seed: 1, index, ...(ownColours !== undefined && { ownColours }) }),
      );
    const owned = (ownColours?: number) =>
      attributesOf(ownColours).filter(({ object, objectColour }) =>
        NATURAL_OBJECT_COLOURS[object].includes(objectColour),
      ).length;
    assert.equal(owned(1), 300);
    assert.ok(owned(0) < 80, `${owned(0)} of 300`); // white goats and other vivid colours that are their own: about 45
    assert.deepEqual(attributesOf(0.55), attributesOf());
    assert.ok(!attributesOf(0).some(isHeldOut));
    const [own, painted] = [1, 0].map((ownColours) =>
      composedExamples(sprites, { seed: 1, mosaics: 0, ownColours }),
    );
    const captions = async (source: ExampleSource) => (await source(0, false)).caption;
    assert.notEqual(await captions(own!), await captions(painted!));
  });

  test("are miscoloured as often as is asked for, where captions say a colour, in nothing but the thing", async () => {
    const sourced = (miscoloured: number) =>
      composedExamples(sprites, { seed: 1, mosaics: 0.2, ownColours: 0, miscoloured });
    const all = (source: ExampleSource) =>
      Promise.all(Array.from({ length: 60 }, (_, index) => source(index, false)));
    const [plain, disguised] = [await all(sourced(0)), await all(sourced(1))];
    let count = 0;
    for (const [i, { disguise, ...example }] of disguised.entries()) {
      assert.deepEqual(example, plain[i]);
      const saysColour = example.composition!.words.some(({ slot }) => slot === "objectColour");
      assert.equal(disguise !== undefined, saysColour);
      if (disguise === undefined) continue;
      count++;
      const { object } = example.composition!.masks;
      assert.ok(disguise.some((value, at) => value !== example.rgb[at]));
      assert.ok(disguise.every((value, at) => value === example.rgb[at] || object[Math.floor(at / 3)]! > 0));
    }
    assert.ok(count > 30, `${count} of 60`);
    const some = (await all(sourced(0.4))).filter(({ disguise }) => disguise !== undefined).length;
    assert.ok(some > 5 && some < 0.75 * count, `${some} of ${count}`);
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
