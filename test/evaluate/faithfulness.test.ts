import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scene } from "../../src/data/scene.js";
import { faithfulness, mapScores, maskingScores } from "../../src/evaluate/faithfulness.js";
import type { ForcedRun } from "../../src/evaluate/forced-attributions.js";
import { loadSprites } from "../../src/files/sprites.js";
import { assertAllclose } from "../allclose.js";
import { collect } from "../collect.js";
import { tinyDrawing } from "../generate/drawing.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";

const OWN = [0.1, 0.6, 0.05, 0.25];
/** Words that act independently. */
const additive = (tokens: readonly number[]) => tokens.reduce((sum, token) => sum + OWN[token]!, 0);

const valuesOf = (scores: Readonly<Record<string, number | null>>): number[] =>
  Object.values(scores).map((value) => value ?? Number.NaN);

describe("a ranking of words against what masking them does", () => {
  test("true effects are perfect", async () => {
    const scores = await maskingScores(OWN, additive);
    const deletion = (0.5 + 0.4 + 0.15 + 0.05) / 4;
    assertAllclose(valuesOf(scores), [deletion, 1 - deletion, 1, 1], 1e-12);
    assert.deepEqual(Object.keys(scores), [
      "deletion.auc",
      "insertion.auc",
      "sensitivity.one",
      "sensitivity.half",
    ]);
  });

  test("inverted effects are as bad", async () => {
    const inverted = OWN.map((value) => 1 - value);
    const best = (await maskingScores(OWN, additive))["deletion.auc"]!;
    const scores = await maskingScores(inverted, additive);
    assertAllclose(valuesOf(scores), [1 - best, best, -1, -1], 1e-12);
  });

  test("a ranking that says nothing is worth a half, and correlates with nothing", async () => {
    assert.deepEqual(Object.values(await maskingScores([2, 2, 2, 2], additive)), [0.5, 0.5, null, null]);
  });

  test("a single word has curves, and nothing to correlate", async () => {
    assert.deepEqual(Object.values(await maskingScores([3], () => 1)), [0.5, 0.5, null, null]);
  });
});

describe("maps and parts", () => {
  test("are concentrated as the mean word is; words without a map do not count", () => {
    const maps = [Float32Array.of(0, 0, 0, 1), Float32Array.of(1, 1, 1, 1), new Float32Array(4)];
    assert.deepEqual(mapScores({ maps }), { sparseness: 0.75 / 2, completeness: null });
  });

  test("are complete by what is missing of the whole", () => {
    const parts = [Float32Array.of(1, 2), Float32Array.of(0, 1)];
    assert.equal(mapScores({ maps: [], account: { parts, whole: Float32Array.of(1, 3) } }).completeness, 0);
    assert.equal(mapScores({ maps: [], account: { parts, whole: Float32Array.of(1, 1) } }).completeness, 1);
  });
});

describe("faithfulness of a method on real scenes", () => {
  const cases = ["a red cat", "a cat"].map((caption, seed) => ({
    scene: scene(loadSprites(), { seed: 7, index: seed }),
    caption,
    seed,
  }));

  async function run(method: ForcedRun["method"]) {
    const model = tinyModel(
      tinyConfig({ patch: 4, channelMultipliers: [1], attentionFactors: [1], imageSize: 64 }),
    );
    const { encodePrompt, compile } = await tinyDrawing("", {}, model);
    return await collect(
      faithfulness({ model, encodePrompt, compile, methods: [method], cases, times: [500] }),
    );
  }

  test("Shapley values lack nothing, and every score is there once per case", async () => {
    const found = await run("shapley");
    assert.deepEqual(
      found.map(({ index, t }) => [index, t]),
      [
        [0, 500],
        [1, 500],
      ],
    );
    for (const { figures } of found) {
      assert.ok(figures["completeness.shapley"]! < 1e-4);
      assert.equal(Object.keys(figures).length, 6);
      for (const value of Object.values(figures)) assert.ok(value !== null && Number.isFinite(value));
    }
  });

  test("methods without parts have no completeness; a map that is alike for all words ranks nothing", async () => {
    for (const { figures } of await run("centre")) {
      assert.equal(figures["completeness.centre"], null);
      assert.equal(figures["deletion.auc.centre"], 0.5);
      assert.equal(figures["sensitivity.one.centre"], null);
    }
  });
});
