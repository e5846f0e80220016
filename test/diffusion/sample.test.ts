import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  diffuse,
  HALF_PROCESS,
  type Process,
  predictions,
  trainingTarget,
} from "../../src/diffusion/forward.js";
import { guided } from "../../src/diffusion/guidance.js";
import { complementaryNoise, startingNoise, stepNoise } from "../../src/diffusion/random.js";
import { type Denoise, sample } from "../../src/diffusion/sample.js";
import { ancestralSteps, type DdimSettings, ddimSteps } from "../../src/diffusion/steps.js";
import { CancelledError, InputError, UsageError } from "../../src/errors.js";
import { assertAllclose } from "../allclose.js";
import { ALPHA_BAR, finish, meanSquaredError, oracle, PICTURE, SIZE } from "./oracle.js";

const SETTINGS: DdimSettings = {
  alphaBar: ALPHA_BAR,
  steps: 4,
  spacing: "trailing",
  last: "one",
  prediction: "x0",
  eta: 0,
  ...HALF_PROCESS,
};
const X_T = startingNoise(42, SIZE);
const NOISE = stepNoise(42, SIZE);

for (const prediction of predictions)
  for (const spacing of ["leading", "trailing"] as const)
    test(`a perfect ${prediction} network brings the picture back in 4, 25 and 50 ${spacing} steps`, async () => {
      for (const count of [4, 25, 50])
        for (const last of ["one", "first"] as const)
          for (const eta of [0, 0.5, 1])
            for (const weight of [1, 3]) {
              const steps = ddimSteps({ ...SETTINGS, prediction, spacing, last, eta, steps: count });
              const network = oracle(PICTURE, prediction);
              const run = sample({ denoise: guided(network, network, weight), xT: X_T, steps, noise: NOISE });
              const error = meanSquaredError((await finish(run)).x, PICTURE);
              assert.ok(error < 1e-3, `${count} ${last} eta ${eta} guidance ${weight}: ${error}`);
              if (last === "one") assert.ok(error < 1e-8, `${error}`);
            }
    });

test("another mean and variance of the process serve as well", async () => {
  const process: Process = { mu: 0, sigma: 1 };
  for (const prediction of predictions) {
    const steps = ddimSteps({ ...SETTINGS, ...process, prediction, steps: 25 });
    const xT = startingNoise(1, SIZE, process);
    const { x } = await finish(sample({ denoise: oracle(PICTURE, prediction, process), xT, steps }));
    assert.ok(meanSquaredError(x, PICTURE) < 1e-8);
  }
});

test("ancestral sampling over the whole schedule brings the picture back", async () => {
  const steps = ancestralSteps({ ...SETTINGS, steps: 1000 });
  const { x } = await finish(sample({ denoise: oracle(PICTURE, "x0"), xT: X_T, steps, noise: NOISE }));
  assert.ok(meanSquaredError(x, PICTURE) < 1e-8);
});

test("every step reports the clean picture that the network stands for", async () => {
  for (const prediction of predictions) {
    const steps = ddimSteps({ ...SETTINGS, prediction });
    let seen = 0;
    for await (const step of sample({ denoise: oracle(PICTURE, prediction), xT: X_T, steps })) {
      seen += 1;
      assert.equal(step.step, seen);
      assert.equal(step.count, 4);
      assert.equal(step.t, steps[seen - 1]?.t);
      assertAllclose(step.prediction, PICTURE, 1e-5);
    }
    assert.equal(seen, 4);
  }
});

test("guidance is u + w (c - u) on x0 and on the noise alike", async () => {
  const x = diffuse(PICTURE, complementaryNoise(3, SIZE), ALPHA_BAR[500]!);
  const other = PICTURE.map((value) => 1 - value);
  const [x0, eps] = predictions.map((prediction) =>
    guided(oracle(PICTURE, prediction), oracle(other, prediction), 2.5),
  );
  const combined = PICTURE.map((c, i) => other[i]! + 2.5 * (c - other[i]!));
  assertAllclose(await x0!(x, 500), combined);
  assertAllclose(await eps!(x, 500), await oracle(combined, "eps")(x, 500), 1e-5);
});

test("guidance 1 does not run the unconditional network", async () => {
  const fail: Denoise = () => Promise.reject(new Error("ran"));
  const network = oracle(PICTURE, "x0");
  assert.equal(guided(network, fail, 1), network);
  assert.throws(() => guided(network, network, -1), /guidance must be 0 or more; got -1/);
  assert.throws(() => guided(network, network, Number.NaN), UsageError);
});

test("complementary pictures stay complementary at every t", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999 }), fc.nat(1000), (t, seed) => {
      const x = diffuse(PICTURE, complementaryNoise(seed, SIZE), ALPHA_BAR[t]!);
      const half = x.length / 2;
      for (let i = 0; i < half; i++) assert.ok(Math.abs(x[i]! + x[half + i]! - 1) < 1e-6);
    }),
  );
});

test("diffusion runs from the picture to mu + sigma noise", () => {
  const noise = complementaryNoise(5, SIZE);
  assert.deepEqual(diffuse(PICTURE, noise, 1), PICTURE);
  assert.deepEqual(diffuse(PICTURE, noise, 0), startingNoise(5, SIZE));
  assert.equal(trainingTarget("x0", PICTURE, noise), PICTURE);
  assert.equal(trainingTarget("eps", PICTURE, noise), noise);
  assert.deepEqual(trainingTarget("shifted-eps", PICTURE, noise), startingNoise(5, SIZE));
  assert.throws(() => diffuse(PICTURE, noise.subarray(1), 0.5), /one size; got 384 and 383/);
});

test("the same seed gives the same picture at any eta", async () => {
  for (const eta of [0, 1]) {
    const steps = ddimSteps({ ...SETTINGS, eta, last: "first" });
    const half: Denoise = async (x) => x.map((value) => 0.5 * value);
    const once = await finish(sample({ denoise: half, xT: X_T, steps, noise: stepNoise(9, SIZE) }));
    const again = await finish(sample({ denoise: half, xT: X_T, steps, noise: stepNoise(9, SIZE) }));
    assert.deepEqual(once.x, again.x);
  }
});

test("an abort ends the run within one step", async () => {
  const controller = new AbortController();
  let calls = 0;
  const denoise: Denoise = async () => {
    calls += 1;
    if (calls === 2) controller.abort();
    return PICTURE;
  };
  const steps = ddimSteps({ ...SETTINGS, steps: 25 });
  await assert.rejects(
    finish(sample({ denoise, xT: X_T, steps, signal: controller.signal })),
    CancelledError,
  );
  assert.equal(calls, 2);
});

test("an abort before the start runs nothing", async () => {
  const denoise: Denoise = () => Promise.reject(new Error("ran"));
  const run = sample({ denoise, xT: X_T, steps: ddimSteps(SETTINGS), signal: AbortSignal.abort() });
  await assert.rejects(run.next(), CancelledError);
});

test("a network output of wrong size or not finite is refused", async () => {
  const steps = ddimSteps(SETTINGS);
  const short: Denoise = async (x) => x.subarray(1);
  const broken: Denoise = async (x) => x.map(() => Number.NaN);
  await assert.rejects(
    finish(sample({ denoise: short, xT: X_T, steps })),
    /must return 384 values; got 383 at t = 999/,
  );
  await assert.rejects(finish(sample({ denoise: broken, xT: X_T, steps })), InputError);
});

test("steps that draw noise ask for it", async () => {
  const steps = ddimSteps({ ...SETTINGS, eta: 1 });
  const denoise = oracle(PICTURE, "x0");
  await assert.rejects(finish(sample({ denoise, xT: X_T, steps })), /step 0 draws noise; pass noise/);
  const noise = () => new Float32Array(1);
  await assert.rejects(finish(sample({ denoise, xT: X_T, steps, noise })), /must have 384 values; got 1/);
});
