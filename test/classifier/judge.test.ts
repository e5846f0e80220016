import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { classifierBatch, classifierInput } from "../../src/classifier/batch.js";
import { ASPECTS, classifier, verdict } from "../../src/classifier/classify.js";
import { HEAD_NAMES, HEADS, labelsFrom, labelsOf, oneHot } from "../../src/classifier/labels.js";
import { JUDGE_WEAR } from "../../src/classifier/wear.js";
import { fixedPrompts } from "../../src/data/prompts.js";
import { scene } from "../../src/data/scene.js";
import { accuracyMetrics } from "../../src/evaluate/accuracy.js";
import { loadClassifier } from "../../src/files/classifier.js";
import { loadSprites } from "../../src/files/sprites.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { assertAllclose } from "../allclose.js";

const sprites = loadSprites();
const FRESH_SEED = 11;
const worn = { seed: 1, splits: ["train", "heldOut"], wear: JUDGE_WEAR } as const;

describe("labels", () => {
  test("are read back from their own one-hot outputs, where there is an answer", () => {
    for (let index = 0; index < 50; index++) {
      const labels = labelsOf(scene(sprites, { seed: FRESH_SEED, index }).attributes);
      const back = labelsFrom(oneHot(labels));
      for (const head of HEAD_NAMES) {
        if (labels[head] !== null) assert.equal(back[head], labels[head], head);
      }
    }
  });

  test("have one class for each head that has an answer", () => {
    const { attributes } = scene(sprites, { seed: FRESH_SEED, index: 0 });
    const bare = { ...attributes, hat: null, hatColour: null };
    const dressed = { ...attributes, hat: "crown", hatColour: "red" } as const;
    const total = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0);
    assert.equal(total(oneHot(labelsOf(dressed))), total(oneHot(labelsOf(bare))) + 1);
    assert.equal(labelsOf(bare).hatColour, null);
    assert.equal(HEADS.hat[labelsOf(bare).hat!], "none");
  });
});

test("a picture enters channels first, in 0..1", () => {
  const rgb = new Uint8Array(3 * 64 * 64);
  rgb.set([255, 51, 0], 3 * 65); // row 1, column 1
  const x = classifierInput(rgb);
  assertAllclose([x[65]!, x[4096 + 65]!, x[8192 + 65]!], [1, 0.2, 0], 1e-6);
});

test("a batch depends on seed and step alone, and stays in 0..1", () => {
  const batch = classifierBatch(sprites, worn, 4, 3);
  classifierBatch(sprites, worn, 4, 1);
  assert.deepEqual(classifierBatch(sprites, worn, 4, 3), batch);
  assert.ok(batch.x.every((value) => value >= 0 && value <= 1));
});

describe("the classifier that ships", () => {
  // Two thirds of the held-out combinations wear a hat, a third of the others: hats are the hardest to tell apart.
  for (const [split, least] of [
    ["train", 0.98],
    ["heldOut", 0.98],
  ] as const) {
    test(`is right about at least ${least} of fresh scenes in every aspect (${split})`, async () => {
      const judge = await classifier(loadClassifier(), nodeCompiler());
      const scenes = Array.from({ length: 800 }, (_, index) =>
        scene(sprites, { seed: FRESH_SEED, index, split }),
      );
      const seen = await judge.classify(scenes.map(({ rgb }) => rgb));
      await judge.release();
      for (const aspect of ASPECTS) {
        const verdicts = scenes.flatMap(({ attributes }, i) => verdict(seen[i]!, attributes)[aspect] ?? []);
        const share = verdicts.filter(Boolean).length / verdicts.length;
        assert.ok(share >= least, `${aspect}: ${share} of ${verdicts.length}`);
      }
    });
  }
});

describe("accuracy", () => {
  const prompts = fixedPrompts(40);
  const blank = { rgb: new Uint8Array(3 * 64 * 64) };
  const judgeOf = (classes: (index: number) => ReturnType<typeof labelsFrom>) => ({
    classify: async (pictures: readonly Uint8Array[]) => pictures.map((_, i) => classes(i)),
    release: async () => {},
  });
  const drawn = prompts.map((prompt) => ({ ...blank, prompt }));
  const perfect = judgeOf((i) => labelsFrom(oneHot(labelsOf(prompts[i]!.attributes))));

  test("is 1 where the judge sees what was asked, with an interval that knows how many were asked", async () => {
    const metrics = await accuracyMetrics(drawn, perfect, "x.");
    for (const aspect of [...ASPECTS, "all"]) assert.equal(metrics[`x.accuracy.${aspect}`]!.value, 1, aspect);
    assert.equal(metrics["x.accuracy.object"]!.n, 40);
    assert.ok(metrics["x.accuracy.hatColour"]!.n < 40);
    // Wilson's lower bound for n of n: n / (n + z^2).
    assertAllclose([metrics["x.accuracy.object"]!.low], [40 / (40 + 1.96 ** 2)], 1e-12);
  });

  test("counts what is asked and not seen, and nothing else", async () => {
    const wrong = judgeOf((i) => {
      const labels = labelsFrom(oneHot(labelsOf(prompts[i]!.attributes)));
      return i % 4 === 0 ? { ...labels, object: (labels.object + 1) % 5 } : labels;
    });
    const metrics = await accuracyMetrics(drawn, wrong);
    assert.equal(metrics["accuracy.object"]!.value, 0.75);
    assert.equal(metrics["accuracy.all"]!.value, 0.75);
    assert.equal(metrics["accuracy.count"]!.value, 1);
  });
});
