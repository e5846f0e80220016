import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { loadModelConfig } from "../../src/files/settings.js";
import { flopsOf } from "../../src/graph/flops.js";
import { peakElements } from "../../src/graph/liveness.js";
import { sizeOf } from "../../src/graph/shape.js";
import { fromAuthorsConfig, fromAuthorsModel } from "../../src/model/authors.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import { modelSize } from "../../src/model/info.js";
import { parseModelConfig } from "../../src/model/model-config.js";
import { objective } from "../../src/train/objective.js";
import { gradientGraph } from "../../src/train/step.js";
import { paperSettings } from "./paper.js";

const unitEnd = { bcos_normalize_final: true };
const half = { mu: 0.5, sigma: 0.5 };
const BCOS = 526_199_040;
const VANILLA = 526_405_126;

/** Each model's network beside what is shared, prediction, process, token vectors and number of parameters. */
const models = {
  "bcos-x0": [unitEnd, "x0", half, "clip-embedding", BCOS],
  "bcos-clip-x0": [unitEnd, "x0", half, "clip-transformer", BCOS],
  "bcos-clip-eps": [{}, "eps", half, "clip-transformer", BCOS],
  vanilla: [{ use_bcos: false }, "eps", half, "clip-transformer", VANILLA],
  "bcos-clip-shifted-eps": [{}, "shifted-eps", half, "clip-transformer", BCOS],
  "bcos-clip-standard-eps": [{}, "eps", { mu: 0, sigma: 1 }, "clip-transformer", BCOS],
} as const;

const textOf = (name: string) => readFileSync(`models/${name}/config.json`, "utf8");
const page = readFileSync("docs/paper-models.md", "utf8");

describe("the paper's models", () => {
  for (const [name, [change, prediction, process, vectors, count]] of Object.entries(models)) {
    test(`${name}: the authors' network, ${count} parameters`, () => {
      const config = parseModelConfig(JSON.parse(textOf(name)));
      assert.deepEqual(config.unet, fromAuthorsConfig({ ...paperSettings, ...change }, 64));
      assert.deepEqual(
        [config.prediction, config.process, config.text.vectors],
        [prediction, process, vectors],
      );
      assert.deepEqual([config.name, config.schedule, config.text.maxTokens], [name, "scaled-linear", 75]);
      assert.equal(modelSize(config).parameters, count);
    });

    test(`${name}: every default is in its file, and the page has a row for it`, () => {
      const text = textOf(name);
      assert.equal(text, `${JSON.stringify(parseModelConfig(JSON.parse(text)), null, 2)}\n`);
      assert.match(page, new RegExp(`^\\| \`${name}\` \\|`, "m"));
    });
  }

  test("are all the bundled models but the trained one", () => {
    const names = readdirSync("models").filter((name) => name !== "emoji");
    assert.deepEqual(names.sort(), Object.keys(models).sort());
  });

  test("take 402.3 GFLOP a forward pass", () => {
    const { flopsPerForward, contextLength } = modelSize(
      parseModelConfig(JSON.parse(textOf("bcos-clip-x0"))),
    );
    assert.equal(contextLength, 77);
    // 201.16 GMAC by hand, layer by layer; the rest are the norms of patches.
    const norms = flopsPerForward - 2 * 201.16e9;
    assert.ok(Math.abs(norms) < 1e-4 * flopsPerForward, `${flopsPerForward}`);
  });
});

test("the authors' whole files translate into them", () => {
  const file = (change: object, unet: object) => {
    const noise = { timesteps: 1000, linear_start: 0.00085, linear_end: 0.012, mean: 0.5, stdev: 0.5 };
    const unet_config = { params: { ...paperSettings, ...unet } };
    return { model: { params: { ...noise, image_size: 64, ...change, unet_config } } };
  };
  for (const [name, value] of [
    ["bcos-clip-x0", file({ parameterization: "x0" }, unitEnd)],
    ["bcos-clip-eps", file({}, {})],
    ["vanilla", file({ parameterization: "eps" }, { use_bcos: false })],
    ["bcos-clip-standard-eps", file({ mean: 0, stdev: 1 }, {})],
  ] as const) {
    assert.deepEqual(fromAuthorsModel(value, name), loadModelConfig(name));
  }
});

test("as the paper's text has it, queries, keys and time are B-cos too: two biases fewer, and their products' norms", () => {
  const config = parseModelConfig(JSON.parse(textOf("bcos-clip-x0")));
  const { layers } = config.unet;
  assert.ok(layers.kind === "bcos");
  const bcos = { queries: "bcos", timeEmbedding: "bcos" } as const;
  const all = { ...config, unet: { ...config.unet, layers: { ...layers, ...bcos } } };
  const { parameters, outputs } = denoiseGraph(all, 1, 77);
  const total = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  assert.equal(total, BCOS - 2 * 1280);
  const plain = parameters
    .map(({ name }) => name)
    .filter((name) => /(to_[qk]|time_embed\.\d)\.weight$/.test(name));
  assert.deepEqual(plain, []);
  assert.ok(Math.abs(flopsOf([outputs.output]) / modelSize(config).flopsPerForward - 1) < 1e-6);
});

describe("training the paper's networks", () => {
  for (const name of ["bcos-x0", "vanilla"]) {
    test(`${name}: recomputing the inside of blocks takes half of the memory for activations, or less`, () => {
      const config = loadModelConfig(name);
      const [kept, recomputed] = (["nothing", "blocks"] as const).map((recompute) => {
        const goal = objective(config, 1, {}, { batches: 1, recompute });
        return 4 * peakElements(Object.values(gradientGraph(goal, { accumulate: 1 })));
      });
      assert.ok(recomputed! <= 0.55 * kept!, `${recomputed} of ${kept} bytes`);
      assert.ok(recomputed! <= 1.5 * 2 ** 30, `${recomputed} bytes`);
    });
  }
});
