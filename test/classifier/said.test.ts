import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { askedLabels } from "../../src/classifier/asked.js";
import { HEAD_NAMES, HEADS, type Labels } from "../../src/classifier/labels.js";
import { saidLabels } from "../../src/classifier/said.js";
import { SPLITS } from "../../src/data/attributes.js";
import { sampleCaption } from "../../src/data/caption.js";
import { mosaic } from "../../src/data/mosaic.js";
import { randomFor } from "../../src/data/random.js";
import { sceneAttributes } from "../../src/data/scene.js";
import { neglectPrompts } from "../../src/evaluate/neglect/prompts.js";
import { loadVocabulary } from "../../src/files/assets.js";
import { loadSprites } from "../../src/files/sprites.js";
import { encode } from "../../src/text/bpe.js";

const sprites = loadSprites();
const vocabulary = loadVocabulary();
const said = (prompt: string) => saidLabels(encode(vocabulary, prompt).words.map(({ text }) => text));

/** Labels by the names of their classes. */
const named = (labels: Labels | null) =>
  labels &&
  Object.fromEntries(
    HEAD_NAMES.flatMap((head) => (labels[head] === null ? [] : [[head, HEADS[head][labels[head]]]])),
  );

describe("what a prompt says", () => {
  test("is what its caption asks for, for every caption of the grammar", () => {
    for (const split of SPLITS) {
      for (let index = 0; index < 400; index++) {
        const attributes = sceneAttributes(sprites, { seed: 3, index, split });
        const caption = sampleCaption(randomFor(3, index, "said"), attributes);
        assert.deepEqual(said(caption.caption), askedLabels(caption, attributes), caption.caption);
      }
    }
  });

  test("is read from prompts of one's own too", () => {
    assert.deepEqual(named(said("Two Penguins, blue straw hats")), {
      object: "penguin",
      count: 2,
      hat: "straw hat",
      hatColour: "blue",
    });
    assert.deepEqual(named(said("a cat at night on the left")), {
      object: "cat",
      count: 1,
      hat: "none",
      position: "left",
      backdrop: "night",
    });
    assert.deepEqual(named(said("cats on a red striped background")), {
      object: "cat",
      hat: "none",
      backdrop: "striped",
      ground: "red",
    });
  });

  test("is nothing where a word is strange, or things are several, or none is named", () => {
    for (const prompt of [
      "a shark wearing a cap",
      "a cat wearing a helmet",
      "a cat and a goat",
      "a cat wearing a cap and a crown",
      "a red background",
      "a cat on a background",
      "a straw cat",
      "two cats, three goats",
      "",
    ])
      assert.equal(said(prompt), null, prompt);
    for (const side of [2, 3] as const)
      assert.equal(said(mosaic(sprites, side, { seed: 1, index: 0 }).caption), null);
    for (const { caption, untrained } of neglectPrompts(200))
      assert.equal(said(caption) === null, untrained !== null, caption);
  });
});
