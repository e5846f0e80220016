import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HALF_PROCESS } from "../../src/diffusion/forward.js";
import { alphaBars } from "../../src/diffusion/schedule.js";
import { ddimSteps } from "../../src/diffusion/steps.js";
import { residual } from "../../src/explain/relevance.js";
import { runSources } from "../../src/explain/sources.js";
import {
  carriedNoise,
  stretched,
  withCarriedNoise,
  withNoisePart,
} from "../../src/explain/starting-noise.js";
import { assertAllclose } from "../allclose.js";
import { ledgerOf, plain, scaled } from "./ledgers.js";

const alphaBar = alphaBars({ name: "scaled-linear" });
const stepsOf = (prediction: "eps" | "x0", steps: number) =>
  ddimSteps({ ...HALF_PROCESS, alphaBar, steps, spacing: "trailing", last: "one", eta: 0, prediction });

describe("what the sampler carries of x_T", () => {
  test("is 1 / sqrt(alpha-bar_T) where the network predicts noise, however many steps there are", () => {
    for (const steps of [1, 4, 25])
      assertAllclose([carriedNoise(stepsOf("eps", steps))], [1 / Math.sqrt(alphaBar.at(-1)!)], 1e-5);
  });

  test("is nothing where the network predicts the picture", () => {
    assert.equal(carriedNoise(stepsOf("x0", 4)), 0);
  });
});

// a picture of one token and noise
const nothing = scaled(plain(0, 0, 0), 0);
const ledger = ledgerOf(runSources(1), [plain(0.1, 0.2, 0.3), plain(0.4, 0.3, 0.2), nothing, nothing]);
const six = (r: number, g: number, b: number) =>
  [r, g, b].flatMap((value) => new Array<number>(6).fill(value));

test("the prompt's part and noise's part are the picture where nothing else supplies any", () => {
  assert.ok(residual(ledger) < 1e-6);
  assertAllclose(withNoisePart(ledger), six(0.5, 0.5, 0.5), 1e-6);
});

test("the prompt's part and the carried x_T are stretched to 0..1; where nothing is carried there is no picture", () => {
  const xT = plain(1, 2, 4);
  assertAllclose(withCarriedNoise(ledger, xT, 2)!, six(0, 2.1 / 6.2, 1), 1e-6); // of 2.1, 4.2, 8.3
  assert.equal(withCarriedNoise(ledger, xT, 0), null);
});

test("stretching leaves a hundredth beyond either end, and turns a constant grey", () => {
  const values = stretched(Float32Array.from({ length: 201 }, (_, i) => i));
  assertAllclose([values[2]!, values[100]!, values[198]!], [0, 0.5, 1], 1e-6);
  assert.equal(values.filter((value) => value < 0 || value > 1).length, 4);
  assertAllclose(stretched(Float32Array.of(3, 3)), [0.5, 0.5], 0);
});
