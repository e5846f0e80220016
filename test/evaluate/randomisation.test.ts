import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scene } from "../../src/data/scene.js";
import { RANDOMISED_PARTS, randomisation, randomisationName } from "../../src/evaluate/randomisation.js";
import { loadSprites } from "../../src/files/sprites.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import { initialWeights } from "../../src/model/weights.js";
import { collect } from "../collect.js";
import { tinyDrawing } from "../generate/drawing.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";

const caption = "a cat";
const cases = [{ scene: scene(loadSprites(), { seed: 7, index: 0 }), caption, seed: 0 }];
const config = tinyConfig({ imageSize: 64, patch: 4, channelMultipliers: [1], attentionFactors: [1] });
const learnt = tinyModel(config);

async function likenesses(method: "contributions" | "random", model: typeof learnt, seed: number) {
  const { encodePrompt, compile } = await tinyDrawing("", {}, model);
  const run = { model, encodePrompt, compile, method, cases, times: [500], seed };
  return (await collect(randomisation(run))).flatMap(({ figures }) => Object.entries(figures));
}

describe("likeness to maps of random networks", () => {
  test("is one per part of the layers; a method that ignores the network stays the same", async () => {
    const found = await likenesses("random", learnt, 0);
    assert.deepEqual(
      found.map(([name]) => name),
      RANDOMISED_PARTS.map((part) => randomisationName("random", part)),
    );
    assert.equal(found.at(-1)![0], "randomisation.random.layers100");
    for (const [, value] of found) assert.equal(value, 1);
  });

  test("is complete where the random weights are the network's own, and not elsewhere", async () => {
    const { parameters } = denoiseGraph(config, 1, 1);
    const untrained = { ...learnt, weights: initialWeights(parameters, 3) };
    const same = await likenesses("contributions", untrained, 3);
    const other = await likenesses("contributions", learnt, 3);
    for (const [name, value] of same) assert.ok(value === 1 || value === null, `${name} ${value}`);
    for (const [name, value] of other) assert.ok(value !== null && value < 0.999, `${name} ${value}`);
  });
});
