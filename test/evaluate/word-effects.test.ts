import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scene } from "../../src/data/scene.js";
import type { ForcedCase } from "../../src/evaluate/teacher-forced.js";
import { forcedNetwork } from "../../src/evaluate/teacher-forced.js";
import {
  deletionMetrics,
  type ForcedEffects,
  type WordEffect,
  wordEffects,
} from "../../src/evaluate/word-effects.js";
import { contentOf } from "../../src/explain/relevance.js";
import { loadSprites } from "../../src/files/sprites.js";
import { assertAllclose } from "../allclose.js";
import { collect } from "../collect.js";
import { tinyDrawing } from "../generate/drawing.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";

/** The first scene whose caption fits into the tiny model's 8 tokens. */
const shown = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  .map((index) => scene(loadSprites(), { seed: 7, index }))
  .find(({ words }) => words.length <= 6)!;
const content = shown.words.filter(({ slot }) => slot !== "function");

describe("words in a prediction", () => {
  const model = tinyModel(
    tinyConfig({ patch: 4, channelMultipliers: [1], attentionFactors: [1], imageSize: 64 }),
  );
  const item: ForcedCase = { scene: shown, caption: shown.caption, seed: 3 };

  test("are its content words; deleting one is masking its tokens", async () => {
    const { encodePrompt, compile } = await tinyDrawing("", {}, model);
    const run = { model, encodePrompt, compile, cases: [item], times: [500] };
    const [found, ...more] = await collect(wordEffects(run));
    assert.equal(more.length, 0);
    const { encoding } = await encodePrompt(shown.caption);
    assert.deepEqual(
      found!.words.map(({ word }) =>
        shown.caption.slice(encoding.words[word]!.start, encoding.words[word]!.end),
      ),
      content.map(({ text }) => text),
    );
    const network = await forcedNetwork(model, encodePrompt, compile);
    const { word, effect } = found!.words[0]!;
    const masked = encoding.words[word]!.tokens;
    const [whole, rest] = await network.predict([item, { ...item, masked }], 500);
    await network.release();
    const difference = contentOf(whole!).map((value, i) => value - contentOf(rest!)[i]!);
    assertAllclose(effect, difference, 1e-4);
    assert.ok(difference.some((value) => Math.abs(value) > 1e-6));
  });
});

describe("agreement of accounts with deletion", () => {
  const word = (contribution: readonly number[], effect: readonly number[]): WordEffect => ({
    word: 0,
    contribution: Float32Array.from(contribution),
    effect: Float32Array.from(effect),
  });
  async function* each(...effects: ForcedEffects[]) {
    yield* effects;
  }
  const values = async (...effects: ForcedEffects[]) =>
    Object.fromEntries(
      Object.entries(await deletionMetrics(each(...effects))).map(([name, { value }]) => [name, value]),
    );
  const agreeing = [word([1, 2], [1, 2]), word([0, 4], [0, 4]), word([-9, 0], [-9, 0])];

  test("is whole where every word gets what deleting it changes", async () => {
    const found = await values({ index: 0, t: 200, words: agreeing });
    assert.deepEqual(Object.keys(found), ["deletion.rank.t200", "deletion.mismatch"]);
    assertAllclose(Object.values(found), [1, 0], 1e-12);
  });

  test("is a mismatch of 1 for an account that gives words nothing, of 4 for one of the wrong sign", async () => {
    const turned = (factor: number) =>
      agreeing.map(({ effect }) =>
        word(
          [...effect].map((value) => factor * value),
          [...effect],
        ),
      );
    assert.equal((await values({ index: 0, t: 200, words: turned(0) }))["deletion.mismatch"], 1);
    assert.equal((await values({ index: 0, t: 200, words: turned(-1) }))["deletion.mismatch"], 4);
  });

  test("ranks words within a scene and a time, and weighs scenes by their effects", async () => {
    const reversed = [word([9], [1]), word([4], [4]), word([1], [9])];
    const found = await values(
      { index: 0, t: 200, words: agreeing },
      { index: 1, t: 200, words: reversed },
      { index: 1, t: 800, words: reversed },
    );
    assertAllclose([found["deletion.rank.t200"]!, found["deletion.rank.t800"]!], [0, -1], 1e-12);
    const [mismatch, effect] = [2 * (64 + 64), 1 + 4 + 16 + 81 + 2 * (1 + 16 + 81)];
    assertAllclose([found["deletion.mismatch"]!], [mismatch / effect], 1e-12);
  });

  test("leaves out ranks of captions with a single word", async () => {
    const found = await values({ index: 0, t: 200, words: [word([1], [1])] });
    assert.deepEqual(Object.keys(found), ["deletion.mismatch"]);
  });
});
