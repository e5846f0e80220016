import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { maskFor, type Scene, scene } from "../../src/data/scene.js";
import {
  type CaptionedScene,
  type ForcedMaps,
  LOCALISATION_TIMES,
  localisationMetrics,
} from "../../src/evaluate/localisation.js";
import { crowdOf, localisationScenes, SCENE_SEED } from "../../src/evaluate/localisation-scenes.js";
import { maskArea, maskOf } from "../../src/evaluate/scores/map.js";
import { loadVocabulary } from "../../src/files/assets.js";
import { loadSprites } from "../../src/files/sprites.js";
import { encode } from "../../src/text/bpe.js";
import { assertAllclose } from "../allclose.js";
import { collect } from "../collect.js";

const sprites = loadSprites();
const vocabulary = loadVocabulary();
const scenes: readonly CaptionedScene[] = localisationScenes(sprites, 8).map((known) => ({
  ...known,
  encoding: encode(vocabulary, known.scene.caption),
}));

/** A map per word of each caption, made from the mask of what the word names; words that name nothing get zeros. */
async function* painted(paint: (mask: Float32Array) => Float32Array): AsyncGenerator<ForcedMaps> {
  for (const [index, { scene: shown, encoding }] of scenes.entries()) {
    const maps = encoding.words.map(({ start }) => {
      const mask = maskAt(shown, start);
      return mask === null ? new Float32Array(64 * 64) : paint(mask);
    });
    for (const t of LOCALISATION_TIMES) yield { index, t, maps };
  }
}

function maskAt({ words, masks }: Scene, start: number): Float32Array | null {
  const slot = words.find((word) => word.start === start)?.slot;
  const part = slot === undefined ? null : maskFor(slot);
  return part === null ? null : maskOf(masks[part]);
}

const named = (metrics: Record<string, { value: number }>, pattern: RegExp) => {
  const found = Object.entries(metrics).filter(([name]) => pattern.test(name));
  assert.ok(found.length > 0, String(pattern));
  return found.map(([, { value }]) => value);
};

describe("localisation of maps known beforehand", () => {
  test("maps that are the pixels at least half covered are perfect in every treatment and every score", async () => {
    const metrics = await localisationMetrics(
      scenes,
      painted((mask) => mask.map((value) => (value >= 0.5 ? 1 : 0))),
    );
    for (const value of named(metrics, /^(localisation|energyPointing|pointing|rankAccuracy|iou)\./))
      assertAllclose([value], [1]);
  });

  test("maps of everything but the mask are worth nothing", async () => {
    const metrics = await localisationMetrics(
      scenes,
      painted((mask) => mask.map((value) => (value < 0.5 ? 1 : 0))),
    );
    for (const value of named(metrics, /^(energyPointing|pointing|iou)\..*\.raw\./)) assert.equal(value, 0);
  });

  test("constant maps are worth the mask's area", async () => {
    const metrics = await localisationMetrics(
      scenes,
      painted((mask) => mask.map(() => 0.5)),
    );
    for (const kind of ["train.one.object", "heldOut.one.object", "heldOut.two.background"]) {
      const chance = metrics[`chance.${kind}`]!.value;
      assertAllclose([metrics[`energyPointing.${kind}.raw.t500`]!.value], [chance]);
    }
  });

  test("chance is the mean area over scenes; the headline is the raw energy of held-out object words", async () => {
    const metrics = await localisationMetrics(
      scenes,
      painted((mask) => mask.map((value) => value + 0.1)),
    );
    const own = scenes.filter(({ split, crowd }) => split === "heldOut" && crowd === "two");
    const areas = own.map(({ scene: shown }) => maskArea(maskOf(shown.masks.object)));
    assertAllclose([metrics["chance.heldOut.two.object"]!.value], [(areas[0]! + areas[1]!) / 2]);
    assert.deepEqual(metrics["localisation.two.t800"], metrics["energyPointing.heldOut.two.object.raw.t800"]);
    assert.equal(metrics["localisation.two.t800"]!.n, 2);
  });

  test("words are responsible where no other word has more, and ties are shared", async () => {
    const one = await localisationMetrics(
      scenes,
      painted((mask) => mask),
    );
    // Colour and object words have the same mask, and so the same map.
    for (const value of named(one, /^responsibility\./)) assert.equal(value, 1);
    async function* drowned() {
      for await (const found of painted((mask) => mask)) {
        yield { ...found, maps: [...found.maps, new Float32Array(64 * 64).fill(2)] };
      }
    }
    for (const value of named(await localisationMetrics(scenes, drowned()), /^responsibility\./))
      assert.equal(value, 0);
  });

  test("the order of the maps does not matter, and what no scene has is left out", async () => {
    const raw = await collect(painted((mask) => mask.map((value) => value + 0.1)));
    async function* backwards() {
      yield* raw.toReversed();
    }
    const metrics = await localisationMetrics(scenes, backwards());
    assert.deepEqual(
      metrics,
      await localisationMetrics(
        scenes,
        painted((mask) => mask.map((value) => value + 0.1)),
      ),
    );
    assert.equal(metrics["energyPointing.train.one.hat.raw.t200"], undefined);
  });
});

describe("scenes for localisation", () => {
  test("are equal parts of every kind, and each is the scene of its key", () => {
    const kinds = scenes.map(({ split, crowd }) => `${split} ${crowd}`);
    for (const kind of ["train one", "train two", "heldOut one", "heldOut two"])
      assert.equal(kinds.filter((other) => other === kind).length, 2);
    for (const { scene: shown, index, split, crowd } of scenes) {
      assert.deepEqual(shown, scene(sprites, { seed: SCENE_SEED, index, split }));
      assert.equal(crowdOf(shown.attributes), crowd);
    }
  });

  test("fewer are the first of more", () => {
    const captions = (count: number) =>
      localisationScenes(sprites, count).map(({ scene: { caption } }) => caption);
    const few = captions(3);
    assert.equal(few.length, 3);
    assert.ok(few.every((caption) => scenes.some(({ scene: { caption: other } }) => other === caption)));
  });

  test("a crowd is a hat, or more than one object", () => {
    assert.equal(crowdOf({ count: 1, hat: null }), "one");
    assert.equal(crowdOf({ count: 1, hat: "cap" }), "two");
    assert.equal(crowdOf({ count: 3, hat: null }), "two");
  });
});
