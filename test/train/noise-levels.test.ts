import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { lossWeightOf, timeStepOf } from "../../src/train/noise-levels.js";
import { assertAllclose } from "../allclose.js";

const COUNT = 1000;
const logitNormal = (mean: number, deviation: number) => ({ kind: "logit-normal", mean, deviation }) as const;
const stepsOf = (times: Parameters<typeof timeStepOf>[3], n: number) =>
  Array.from({ length: n }, (_, index) => timeStepOf(5, index, (index + 0.5) / n, times, COUNT));

describe("time steps", () => {
  test("uniform: each equally often", () => {
    const steps = stepsOf({ kind: "uniform" }, COUNT);
    assert.deepEqual(
      steps,
      Array.from({ length: COUNT }, (_, t) => t),
    );
  });

  test("logit-normal: quantiles are the sigmoids of the normal's", () => {
    const steps = stepsOf(logitNormal(0.5, 0.8), 20_000).sort((a, b) => a - b);
    for (const [quantile, normal] of [
      [0.1587, -1],
      [0.5, 0],
      [0.8413, 1],
    ] as const) {
      const expected = COUNT / (1 + Math.exp(-(0.5 + 0.8 * normal)));
      // Four standard errors of a quantile of 20,000 samples.
      assert.ok(Math.abs(steps[Math.floor(quantile * steps.length)]! - expected) < 8, `${quantile}`);
    }
  });

  test("logit-normal: integers in 0..999, far out as well", () => {
    for (const t of stepsOf(logitNormal(0, 40), 200)) assert.ok(Number.isInteger(t) && t >= 0 && t < COUNT);
  });
});

describe("the weight of an error", () => {
  const clamped = { kind: "clamped-snr", low: 0.5, high: 5 } as const;
  // alphaBar / (1 - alphaBar) = 0.25, 2, 9
  const alphaBars = [0.2, 2 / 3, 0.9];

  test("constant: 1", () => {
    for (const alphaBar of alphaBars) assert.equal(lossWeightOf(alphaBar, { kind: "constant" }, "eps"), 1);
  });

  test("clamped: the signal-to-noise ratio within its limits", () => {
    const weights = alphaBars.map((alphaBar) => lossWeightOf(alphaBar, clamped, "x0"));
    assertAllclose(weights, [0.5, 2, 5], 1e-12);
  });

  test("an eps-model's error is worth what it is worth in the clean picture", () => {
    // x0 = (x - sqrt(1 - ab) eps) / sqrt(ab): an error e of eps is an error e / sqrt(ratio) of x0.
    for (const alphaBar of alphaBars) {
      const ratio = alphaBar / (1 - alphaBar);
      const [x0, eps] = (["x0", "eps"] as const).map((kind) => lossWeightOf(alphaBar, clamped, kind));
      assertAllclose([eps!], [x0! / ratio], 1e-12);
    }
  });
});
