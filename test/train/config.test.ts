import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { UsageError } from "../../src/errors.js";
import { learningRateAt, parseTrainConfig } from "../../src/train/config.js";
import { assertAllclose } from "../allclose.js";
import { tinyTraining, trainingConfig } from "./tiny.js";

describe("the learning rate", () => {
  const config = trainingConfig({ steps: 1000, warmup: 100, decay: 0.5, learningRate: 0.02 });
  const rates = (...steps: number[]) => steps.map((step) => learningRateAt(step, config));

  test("rises linearly, stays, and falls along half a cosine", () => {
    assertAllclose(rates(1, 50, 100), [0.0002, 0.01, 0.02], 1e-12);
    assertAllclose(rates(101, 300, 500), [0.02, 0.02, 0.02], 1e-12);
    assertAllclose(rates(500 + 500 / 3, 750, 1000), [0.015, 0.01, 0], 1e-12);
    assert.equal(learningRateAt(1001, config), 0);
  });

  test("without warm-up and decay it is constant", () => {
    const flat = trainingConfig({ steps: 10, warmup: 0, decay: 0, learningRate: 0.5 });
    for (let step = 1; step < 10; step++) assert.equal(learningRateAt(step, flat), 0.5);
  });
});

describe("the settings of a run", () => {
  const shipped = (name: string) =>
    parseTrainConfig(JSON.parse(readFileSync(`configs/${name}.json`, "utf8")));

  test("that ship with the project are valid", () => {
    assert.equal(shipped("emoji").data.kind, "emoji");
  });

  test("that learn from the bundled model are of its network, and continue it", () => {
    const { model, teacher, ...settings } = shipped("emoji-teacher");
    assert.deepEqual(model, shipped("emoji").model);
    assert.equal(teacher, "emoji");
    assert.ok(settings.practice.error > 0 && settings.steps < shipped("emoji").steps);
  });

  for (const [change, message] of [
    [{ learningrate: 0.1 }, /^training settings: unrecognized key: "learningrate"$/],
    [{ learningRate: -1 }, /^training settings: learningRate: too small/],
    [{ learningRate: undefined }, /^training settings: learningRate: /],
    [{ steps: 0 }, /^training settings: steps: too small/],
    [{ batch: 1.5 }, /^training settings: batch: /],
    [{ replicas: 0 }, /^training settings: replicas: too small/],
    [{ accumulate: 0 }, /^training settings: accumulate: too small/],
    [{ recompute: "everything" }, /^training settings: recompute: /],
    [{ captionDropout: 1.5 }, /^training settings: captionDropout: too big/],
    [{ data: { kind: "photographs" } }, /^training settings: data\.kind: /],
    [
      { model: { ...tinyTraining.model, unet: { ...tinyTraining.model.unet, imageSize: 32 } } },
      /^training settings: model\.unet\.imageSize must be 64, the side of the scenes; got 32$/,
    ],
    [
      { model: { ...tinyTraining.model, unet: { ...tinyTraining.model.unet, groups: 3 } } },
      /^network settings: 8 channels do not divide into 3 groups/,
    ],
  ] as const) {
    test(`${JSON.stringify(change).slice(0, 60)} is refused`, () => {
      assert.throws(
        () => parseTrainConfig({ ...tinyTraining, ...change }),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
  }
});
