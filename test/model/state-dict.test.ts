import assert from "node:assert/strict";
import { test } from "node:test";
import { zeros } from "../../src/bcos/parameters.js";
import type { Shape } from "../../src/graph/shape.js";
import { matchStateDict } from "../../src/model/state-dict.js";

const parameter = (name: string, shape: Shape) => ({ name, shape, start: zeros });
const parameters = [parameter("out.0.weight", [4]), parameter("out.2.weight", [6, 4])];
const shapes = (entries: Readonly<Record<string, Shape>>) => new Map(Object.entries(entries));

const plain = { "model.diffusion_model.out.0.weight": [4], "model.diffusion_model.out.2.weight": [6, 4] };
const average = { "model_ema.diffusion_modelout0weight": [4], "model_ema.diffusion_modelout2weight": [6, 4] };

test("the authors' names: the network's taken, the rest left out by part", () => {
  const others = { betas: [1000], alphas_cumprod: [1000], "cond_stage_model.transformer.a": [2] };
  const match = matchStateDict(parameters, shapes({ ...others, ...plain }), "auto");
  assert.equal(match.set, "plain");
  assert.deepEqual(
    [...match.sources],
    parameters.map(({ name }) => [name, `model.diffusion_model.${name}`]),
  );
  assert.deepEqual([match.missing, match.unexpected, match.misshapen], [[], [], []]);
  assert.deepEqual(
    [...match.leftOut],
    [
      ["schedule", 2],
      ["cond_stage_model", 1],
    ],
  );
});

test("the moving average is taken where there is one, unless the other is asked for", () => {
  const both = shapes({ ...plain, ...average, "model_ema.decay": [] });
  const auto = matchStateDict(parameters, both, "auto");
  assert.deepEqual(
    [auto.set, auto.sources.get("out.0.weight")],
    ["ema", "model_ema.diffusion_modelout0weight"],
  );
  assert.deepEqual(
    [...auto.leftOut],
    [
      ["model.diffusion_model", 2],
      ["model_ema", 1],
    ],
  );
  assert.equal(
    matchStateDict(parameters, both, "plain").sources.get("out.0.weight"),
    "model.diffusion_model.out.0.weight",
  );
  const asked = matchStateDict(parameters, shapes(plain), "ema");
  assert.deepEqual(asked.missing, ["out.0.weight", "out.2.weight"]);
});

test("half an average is no average: what it lacks is missing", () => {
  const { "model_ema.diffusion_modelout0weight": _, ...half } = average;
  assert.deepEqual(matchStateDict(parameters, shapes({ ...plain, ...half }), "auto").missing, [
    "out.0.weight",
  ]);
});

test("one tensor is not the average of two parameters whose names differ by dots alone", () => {
  const alike = [parameter("a.1.10", [1]), parameter("a.11.0", [1])];
  const match = matchStateDict(alike, shapes({ "model_ema.diffusion_modela110": [1] }), "ema");
  assert.deepEqual([[...match.sources.keys()], match.missing], [["a.1.10"], ["a.11.0"]]);
});

test("a bare state dict, and the prefix under which most is found", () => {
  const bare = matchStateDict(parameters, shapes({ "out.0.weight": [4], "out.2.weight": [6, 4] }), "auto");
  assert.deepEqual([bare.prefix, bare.sources.size], ["", 2]);
  const wrapped = { "module.out.0.weight": [4], "module.out.2.weight": [6, 4], "out.0.weight": [4] };
  assert.equal(matchStateDict(parameters, shapes(wrapped), "auto").prefix, "module.");
});

test("what lacks, what is too much and what has another shape is named", () => {
  const state = { "model.diffusion_model.out.2.weight": [6, 4, 1], "model.diffusion_model.out.2.bias": [6] };
  const match = matchStateDict(parameters, shapes(state), "auto");
  assert.deepEqual(match.missing, ["out.0.weight"]);
  assert.deepEqual(match.unexpected, ["model.diffusion_model.out.2.bias"]);
  assert.deepEqual(match.misshapen, [{ name: "out.2.weight", expected: [6, 4], got: [6, 4, 1] }]);
});

test("positions that start at zero are no loss; a learnt table is", () => {
  const text = [
    parameter("text.positions", [2, 3]),
    { ...parameter("text.table", [5, 3]), start: { kind: "normal", deviation: 1 } as const },
  ];
  const match = matchStateDict([...parameters, ...text], shapes(plain), "auto");
  assert.deepEqual([match.constant, match.missing], [["text.positions"], ["text.table"]]);
});
