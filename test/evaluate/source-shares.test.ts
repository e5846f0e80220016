import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accounts } from "../../src/evaluate/account.js";
import { type PictureShares, sourceShareMetrics, sourceShares } from "../../src/evaluate/source-shares.js";
import { DEFAULT_SAMPLING } from "../../src/generate/sampling.js";
import type { ModelConfig } from "../../src/model/model-config.js";
import { promptEncoder } from "../../src/model/prompt-encoder.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { assertAllclose } from "../allclose.js";
import { collect } from "../collect.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";
import { assets } from "../train/tiny.js";

const prompts = ["a cat", "a red goat"];
const runOf = (config: ModelConfig) => ({
  model: tinyModel(config),
  encodePrompt: promptEncoder(config, assets),
  prompts,
  settings: { ...DEFAULT_SAMPLING, steps: 4 },
  compile: nodeCompiler({ threads: 1 }),
});
const measured = (config: ModelConfig) => collect(sourceShares(runOf(config)));
const sumOf = (shares: Readonly<Record<string, number>>, isCounted: (name: string) => boolean) =>
  Object.entries(shares).reduce((sum, [name, share]) => sum + (isCounted(name) ? share : 0), 0);

describe("shares of pictures by source", () => {
  for (const prediction of ["x0", "eps"] as const) {
    test(`${prediction}: in mass and in content they add up to 1, and the masses are the account's`, async () => {
      const config = tinyConfig({}, { prediction });
      const pictures = await measured(config);
      const documents = await collect(accounts(runOf(config)));
      for (const [i, { seed, mass, content }] of pictures.entries()) {
        const isSource = (name: string) => !name.endsWith(".carried");
        assertAllclose([sumOf(mass, isSource), sumOf(content!, isSource)], [1, 1], 1e-3);
        const { tokens, noise, time, mu } = documents[i]!.ledger;
        assert.equal(seed, documents[i]!.seed);
        assert.deepEqual([mass.tokens, mass.noise, mass.time, mass.mu], [tokens, noise, time, mu]);
      }
    });
  }

  test("a sampler that ends in the network's own picture carries nothing past it", async () => {
    for (const { mass, content } of await measured(tinyConfig()))
      assert.deepEqual(
        [mass["noise.carried"]!, mass["mu.carried"]!, content!["noise.carried"]!].map(Math.abs),
        [0, 0, 0],
      );
  });

  test("one that predicts noise carries x_T and takes back the mean: 1 / sqrt(alphaBar_T) and 1 less that of the mass", async () => {
    // Both halves of x_T add up to its mean, so that its mass is a grey picture's, and so is the constant's.
    for (const { mass } of await measured(tinyConfig({}, { prediction: "eps" }))) {
      const factor = 1 / Math.sqrt(0.0046601); // alphaBar of step 999
      const ratio = mass["mu.carried"]! / mass["noise.carried"]!;
      assertAllclose([ratio], [(1 - factor) / factor], 1e-3);
    }
  });

  test("an ordinary network's part is the rest, undivided", async () => {
    const config = tinyConfig({ layers: { kind: "ordinary" } }, { prediction: "eps" });
    for (const { mass, content } of await measured(config)) {
      const names = ["noise.carried", "mu.carried", "network"];
      assert.deepEqual([Object.keys(mass), Object.keys(content!)], [names, names]);
      for (const shares of [mass, content!]) assertAllclose([sumOf(shares, () => true)], [1], 1e-6);
    }
  });
});

test("means have intervals over pictures; grey ones have no content", () => {
  const picture = (tokens: number, isGrey: boolean): PictureShares => ({
    seed: 0,
    mass: { tokens },
    content: isGrey ? null : { tokens: 2 * tokens },
  });
  const metrics = sourceShareMetrics([picture(0.5, false), picture(0.7, true), picture(0.3, false)]);
  assertAllclose([metrics["mass.tokens"]!.value, metrics["content.tokens"]!.value], [0.5, 0.8], 1e-12);
  assert.deepEqual([metrics["mass.tokens"]!.n, metrics["content.tokens"]!.n], [3, 2]);
  assertAllclose([metrics["mass.tokens"]!.high - 0.5], [(1.96 * 0.2) / Math.sqrt(3)], 1e-12);
  assert.deepEqual(Object.keys(sourceShareMetrics([picture(1, true)])), ["mass.tokens"]);
});
