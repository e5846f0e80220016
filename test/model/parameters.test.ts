import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { input } from "../../src/graph/ops/constant.js";
import { sizeOf } from "../../src/graph/shape.js";
import { fromAuthorsConfig } from "../../src/model/authors.js";
import type { UNetConfig } from "../../src/model/config.js";
import { unet } from "../../src/model/unet.js";
import { collectParameters, countParameters, initialWeights } from "../../src/model/weights.js";
import { paperSettings } from "./paper.js";
import { tinyConfig, tinyModel } from "./tiny.js";

/** The parameters of a network on pictures and prompts of any size: names and shapes, no values. */
function parametersOf(config: UNetConfig) {
  const { channels, imageSize, contextWidth } = config;
  const inputs = {
    x: input("x", [1, channels, imageSize, imageSize]),
    t: input("t", [1]),
    context: { tokens: input("context", [1, 7, contextWidth]) },
  };
  return collectParameters((parameter) => unet(config, parameter, inputs)).parameters;
}

const small = {
  ...paperSettings,
  model_channels: 32,
  channel_mult: [1, 1, 2, 2],
  num_head_channels: 16,
  context_dim: 24,
};

describe("the number of parameters is that of the authors' code", () => {
  for (const [what, settings, count] of [
    ["a small B-cos network", small, 1_626_816],
    ["a small network with ordinary layers", { ...small, use_bcos: false }, 1_639_558],
    ["the paper's B-cos network", paperSettings, 526_199_040],
    ["the paper's vanilla network", { ...paperSettings, use_bcos: false }, 526_405_126],
  ] as const) {
    test(`${what}: ${count}`, () => {
      assert.equal(countParameters(parametersOf(fromAuthorsConfig(settings, 64))), count);
    });
  }

  test("block by block, at the paper's size", () => {
    const totals = new Map<string, number>();
    for (const { name, shape } of parametersOf(fromAuthorsConfig(paperSettings, 64))) {
      const block = /^(?:input_blocks|output_blocks)\.\d+|^[^.]+/.exec(name)?.[0] ?? "";
      totals.set(block, (totals.get(block) ?? 0) + sizeOf(shape));
    }
    assert.deepEqual(Object.fromEntries(totals), {
      time_embed: 2_050_560,
      "input_blocks.0": 17_280,
      "input_blocks.1": 4_957_760,
      "input_blocks.2": 921_600,
      "input_blocks.3": 4_957_760,
      "input_blocks.4": 921_600,
      "input_blocks.5": 55_874_880,
      "input_blocks.6": 14_745_600,
      "input_blocks.7": 31_132_160,
      middle_block: 97_657_600,
      "output_blocks.0": 49_155_840,
      "output_blocks.1": 63_901_440,
      "output_blocks.2": 84_549_120,
      "output_blocks.3": 87_005_760,
      "output_blocks.4": 9_157_440,
      "output_blocks.5": 7_006_080,
      "output_blocks.6": 6_084_480,
      "output_blocks.7": 6_084_480,
      out: 17_600,
    });
  });

  test("max-out of k has k times the B-cos weights, and nothing else more", () => {
    const bcosWeights = (config: UNetConfig) =>
      countParameters(parametersOf(config).filter(({ name }) => name.endsWith("linear.weight")));
    const once = fromAuthorsConfig(small, 16);
    const threefold = fromAuthorsConfig({ ...small, max_out: 3 }, 16);
    assert.equal(bcosWeights(threefold), 3 * bcosWeights(once));
    assert.equal(
      countParameters(parametersOf(threefold)) - countParameters(parametersOf(once)),
      2 * bcosWeights(once),
    );
  });
});

test("the authors' weights would load: names as in their state dict", () => {
  const names = new Set(parametersOf(fromAuthorsConfig(small, 16)).map(({ name }) => name));
  for (const name of [
    "time_embed.2.bias",
    "input_blocks.0.0.linear.weight",
    "input_blocks.1.0.in_layers.0.weight",
    "input_blocks.1.1.transformer_blocks.0.attn2.to_v.linear.weight",
    "input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight",
    "input_blocks.1.1.transformer_blocks.0.ff.net.0.proj.linear.weight",
    "output_blocks.0.0.skip_connection.linear.weight",
    "out.2.linear.weight",
  ]) {
    assert.ok(names.has(name), name);
  }
});

test("starting weights depend on the seed and each one's own name alone", () => {
  const parameters = parametersOf(tinyConfig().unet);
  const weights = initialWeights(parameters, 3);
  assert.deepEqual(
    initialWeights(parameters.toReversed().slice(0, 5), 3).get("out.2.linear.weight"),
    weights.get("out.2.linear.weight"),
  );
  assert.notDeepEqual(
    initialWeights(parameters, 4).get("out.2.linear.weight"),
    weights.get("out.2.linear.weight"),
  );
  for (const { name, shape, start } of parameters) {
    const values = weights.get(name)!;
    assert.equal(values.length, sizeOf(shape));
    if (start.kind === "uniform")
      assert.ok(
        values.every((value) => Math.abs(value) <= start.bound),
        name,
      );
    if (start.kind === "constant")
      assert.ok(
        values.every((value) => value === Math.fround(start.value)),
        name,
      );
  }
});

test("two parameters of one name are a mistake of the builder", () => {
  const twice = () =>
    collectParameters((parameter) => [1, 2].map(() => parameter("w", [1], { kind: "constant", value: 0 })));
  assert.throws(twice, /parameter "w" is asked for twice/);
});

test("a tiny model's weights are those its settings ask for", () => {
  const { config, weights } = tinyModel();
  assert.equal(weights.size, parametersOf(config.unet).length + 1); // and the positions
});
