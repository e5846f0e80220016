import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accountOf, bcosUNet, draw, PAPER } from "../../docs/examples/bcos-unet.js";
import {
  alphaBars,
  collectParameters,
  ddimSteps,
  denoiseGraph,
  explainGraph,
  explainSampling,
  findModel,
  input,
  interpret,
  parseModelConfig,
  runSources,
  startingNoise,
} from "../../src/index.js";
import { assertAllclose } from "../allclose.js";
import { direction, sumOfRows } from "../graph/derivatives.js";
import { tinyModel } from "../model/tiny.js";

const settings = {
  modelChannels: 8,
  multipliers: [1, 2],
  residualBlocks: 2,
  attentionFactors: [2],
  headChannels: 4,
  groups: 2,
};
const { multipliers, ...sizes } = settings;
/** The same network for the library; with CLIP's embeddings the prompt enters as it is. */
const config = parseModelConfig({
  name: "small",
  unet: {
    ...sizes,
    imageSize: 8,
    channelMultipliers: multipliers,
    contextWidth: 6,
    layers: { kind: "bcos" },
  },
  text: { vectors: "clip-embedding" },
});
const { weights } = tinyModel(config);
const K = 3;
const shape = [1, 6, 8, 8];
const length = 6 * 8 * 8;

const x = input("x", shape);
const prompt = { tokens: input("tokens", [1, K, 6]), mask: input("mask", [1, K]) };
const { network, parameters } = collectParameters((parameter) =>
  bcosUNet(settings, parameter, x, input("t", [1]), prompt),
);
const account = accountOf(network, x, prompt);

const parts = Float32Array.from(direction(1, (K + 3) * length));
const feeds = {
  ...Object.fromEntries(weights),
  x: sumOfRows(parts, length),
  rows: parts,
  t: [437],
  tokens: direction(2, K * 6),
  mask: [1, 1, 1],
};

describe("the model in one file", () => {
  test("has the library's parameters: names, shapes and order", () => {
    const listed = (all: typeof parameters) => all.map(({ name, shape: own }) => [name, own]);
    assert.deepEqual(listed(parameters), listed(denoiseGraph(config, 1, K).parameters));
  });

  test("predicts what the library's model predicts, masked tokens included", () => {
    const library = denoiseGraph(config, 1, K).outputs.output;
    for (const mask of [
      [1, 1, 1],
      [1, 0, 1],
      [0, 0, 0],
    ]) {
      const masked = { ...feeds, mask };
      assertAllclose(interpret([network.output], masked)[0]!, interpret([library], masked)[0]!, 1e-10);
    }
  });

  test("gives each source the library's part of it, and they add up", () => {
    const plan = { rows: K + 3, tokenRows: [0, 1, 2], timeRow: K + 1 };
    const library = explainGraph(config, plan).outputs.rowsOut;
    const [rows, output] = interpret([account, network.output], feeds);
    assertAllclose(rows!, interpret([library], feeds)[0]!, 1e-10);
    assertAllclose(sumOfRows(rows!, length), output!, 1e-10);
  });

  test("draws the library's picture with the library's account", async () => {
    const run = async (now: Float32Array, rows: Float32Array, t: number) => {
      const values = interpret([network.output, account], { ...feeds, x: now, rows, t: [t] });
      const [output, rowsOut] = values.map((value) => Float32Array.from(value));
      return { output: output!, rows: rowsOut! };
    };
    const steps = ddimSteps({
      ...{ alphaBar: alphaBars(), mu: 0.5, sigma: 0.5, prediction: "x0", eta: 0 },
      ...{ steps: 3, spacing: "trailing", last: "one" },
    });
    const xT = startingNoise(4, { height: 8, width: 8 });
    const drawn = await draw(run, steps, xT, K);
    let last: { x: Float32Array; rows: Float32Array } | undefined;
    for await (const step of explainSampling({ network: run, xT, sources: runSources(K), steps }))
      last = step;
    assertAllclose(drawn.x, last!.x, 1e-6);
    assertAllclose(drawn.rows, last!.rows, 1e-6);
    assertAllclose(sumOfRows(drawn.rows, length), drawn.x, 1e-5);
  });

  test("has the paper's size", () => {
    const { config: paper } = findModel("bcos-x0");
    const { unet } = paper;
    const { modelChannels, residualBlocks, attentionFactors, headChannels, groups } = unet;
    const same = { modelChannels, residualBlocks, attentionFactors, headChannels, groups };
    assert.deepEqual(PAPER, { ...same, multipliers: unet.channelMultipliers });
    const big = { tokens: input("tokens", [1, 75, 1024]), mask: input("mask", [1, 75]) };
    const full = collectParameters((parameter) =>
      bcosUNet(PAPER, parameter, input("x", [1, 6, 64, 64]), input("t", [1]), big),
    ).parameters;
    const count = full.reduce((total, { shape: own }) => total + own.reduce((a, b) => a * b, 1), 0);
    assert.equal(count, 526_199_040);
  });
});
