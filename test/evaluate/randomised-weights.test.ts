import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cascade, layersFromOutput } from "../../src/evaluate/randomised-weights.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import { initialWeights } from "../../src/model/weights.js";
import { tinyModel } from "../model/tiny.js";

const model = tinyModel();
const { parameters } = denoiseGraph(model.config, 1, 1);
const layers = layersFromOutput(parameters);
const stages = [...cascade(model, 5)];

const changed = (weights: ReadonlyMap<string, Float32Array>) =>
  parameters.filter(({ name }) => weights.get(name) !== model.weights.get(name)).map(({ name }) => name);

describe("cascading randomisation", () => {
  test("goes from the output to the input, one layer more each time", () => {
    assert.deepEqual(layers.slice(0, 2), ["out.2", "out.0"]);
    assert.match(layers.at(-1)!, /^(text|time_embed)/);
    assert.deepEqual(
      stages.map(({ layer }) => layer),
      layers,
    );
    let before = 0;
    for (const [depth, { layer, weights }] of stages.entries()) {
      const names = changed(weights);
      assert.ok(names.length > before, layer);
      assert.ok(
        names.every((name) => layers.slice(0, depth + 1).some((known) => name.startsWith(`${known}.`))),
      );
      before = names.length;
    }
    assert.equal(before, parameters.length);
  });

  test("ends in a network that was never trained", () => {
    assert.deepEqual(
      new Map([...stages.at(-1)!.weights].sort()),
      new Map([...initialWeights(parameters, 5)].sort()),
    );
  });

  test("leaves the model alone, and depends on the seed alone", () => {
    const again = tinyModel();
    assert.deepEqual(model.weights, again.weights);
    assert.deepEqual([...cascade(model, 5)][3], stages[3]);
    assert.notDeepEqual([...cascade(model, 6)].at(-1), stages.at(-1));
  });
});
