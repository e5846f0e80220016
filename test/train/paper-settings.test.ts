import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { modelSize } from "../../src/model/info.js";
import { learningRateAt, parseTrainConfig, picturesPerStep } from "../../src/train/config.js";

const BCOS = 526_199_040;
const VANILLA = 526_405_126;

/** Parameters, learning rate, steps (the paper, appendix D; the authors' code for the two that it doesn't report), and mirroring. */
const runs = {
  "bcos-x0": [BCOS, 2e-6, 1_000_000, true],
  "bcos-clip-x0": [BCOS, 2e-6, 1_000_000, true],
  "bcos-clip-eps": [BCOS, 2e-6, 1_000_000, true],
  vanilla: [VANILLA, 2e-6, 1_000_000, true],
  "bcos-clip-shifted-eps": [BCOS, 4e-6, 1_000_000, false],
  "bcos-clip-standard-eps": [BCOS, 2e-6, 2_000_000, false],
} as const;

const settingsOf = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

describe("configs/paper", () => {
  test("has a file for each of the paper's models, and no other", () => {
    const files = Object.keys(runs).map((name) => `${name}.json`);
    assert.deepEqual(readdirSync("configs/paper").sort(), files.sort());
  });

  for (const [name, [parameters, rate, steps, flips]] of Object.entries(runs)) {
    const settings = settingsOf(`configs/paper/${name}.json`);
    const config = parseTrainConfig(settings);

    test(`${name}: no field is left to a default`, () => assert.deepEqual(settings, config));

    test(`${name}: the bundled model of that name, ${parameters} parameters`, () => {
      assert.deepEqual(config.model, settingsOf(`models/${name}/config.json`));
      assert.equal(modelSize(config.model).parameters, parameters);
    });

    test(`${name}: AdamW at PyTorch's defaults and a constant rate, batches of 3, nothing clipped, averaged or left out`, () => {
      assert.deepEqual([config.optimiser, config.beta1, config.beta2], ["adamw", 0.9, 0.999]);
      assert.deepEqual([config.epsilon, config.weightDecay, config.clip], [1e-8, 0.01, null]);
      assert.deepEqual(
        [picturesPerStep(config), config.steps, config.ema, config.captionDropout],
        [3, steps, 0, 0],
      );
      for (const step of [1, steps / 2, steps - 1]) assert.equal(learningRateAt(step, config), rate);
      assert.ok(config.data.kind === "shards");
      assert.equal(config.data.flips, flips);
    });
  }
});

describe("configs/eps-story", () => {
  const names = ["bcos-x0", "bcos-clip-x0", "bcos-clip-eps", "vanilla"];
  const small = names.map((name) => ({ name, settings: settingsOf(`configs/eps-story/${name}.json`) }));

  test("small instances of the paper's four: predictions, layers and prompts are theirs, all else is alike", () => {
    const runs = small.map(({ name, settings }) => {
      const { model, ...run } = parseTrainConfig(settings);
      const paper = parseTrainConfig(settingsOf(`configs/paper/${name}.json`)).model;
      assert.deepEqual({ model, ...run }, settings, "no field is left to a default");
      assert.equal(model.name, `small-${name}`);
      const kinds = ({ prediction, process, schedule, text, unet }: typeof model) => {
        const { kind } = unet.layers;
        return [prediction, process, schedule, text.vectors, text.maxTokens, unet.time, kind];
      };
      assert.deepEqual(kinds(model), kinds(paper));
      const { layers, ...unet } = model.unet;
      return { ...run, unet };
    });
    for (const run of runs) assert.deepEqual(run, runs[0]);
  });
});

describe("configs/yardstick", () => {
  const [bcos, vanilla] = ["bcos", "vanilla"].map((name) => settingsOf(`configs/yardstick/${name}.json`));

  test("the bundled network with B-cos and with ordinary layers, on the same pictures for as many steps", () => {
    const [own, other] = [parseTrainConfig(bcos), parseTrainConfig(vanilla)];
    assert.deepEqual([own, other], [bcos, vanilla], "no field is left to a default");
    const { unet: bundled } = parseTrainConfig(settingsOf("configs/emoji.json")).model;
    assert.deepEqual(own.model.unet, bundled);
    assert.equal(other.model.unet.layers.kind, "ordinary");
    const { name, unet } = own.model;
    const model = { ...other.model, name, unet: { ...other.model.unet, layers: unet.layers } };
    assert.deepEqual({ ...other, model }, own);
  });
});
