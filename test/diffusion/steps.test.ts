import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HALF_PROCESS, type Prediction, predictions } from "../../src/diffusion/forward.js";
import {
  type AffineStep,
  ancestralSteps,
  type DdimSettings,
  ddimSteps,
  timeSteps,
} from "../../src/diffusion/steps.js";
import { UsageError } from "../../src/errors.js";
import { assertAllclose } from "../allclose.js";
import { ALPHA_BAR } from "./oracle.js";

const SETTINGS: DdimSettings = {
  alphaBar: ALPHA_BAR,
  steps: 4,
  spacing: "leading",
  last: "first",
  prediction: "x0",
  eta: 0,
  ...HALF_PROCESS,
};

const anySettings: fc.Arbitrary<DdimSettings> = fc.record({
  alphaBar: fc.constant(ALPHA_BAR),
  steps: fc.integer({ min: 1, max: 1000 }),
  spacing: fc.constantFrom("leading", "trailing"),
  last: fc.constantFrom("one", "first"),
  prediction: fc.constantFrom(...predictions),
  eta: fc.double({ min: 0, max: 1, noNaN: true }),
  mu: fc.constantFrom(0, 0.5),
  sigma: fc.constantFrom(0.5, 1),
});

/** Factor of x_T, and sum of the constants, after all steps, leaving the network's outputs out. */
function directPath(steps: readonly AffineStep[]): { input: number; mu: number } {
  return steps.reduce(
    (path, step) => ({ input: step.input * path.input, mu: step.input * path.mu + step.mu }),
    {
      input: 1,
      mu: 0,
    },
  );
}

test("four leading steps have the closed-form coefficients x' = A x + B x0 + C mu", () => {
  const steps = ddimSteps(SETTINGS);
  assert.deepEqual(
    steps.map((step) => step.t),
    [751, 501, 251, 1],
  );
  const known = [
    [0.8762, 0.3176, -0.1938],
    [0.6725, 0.4672, -0.1397],
    [0.0721, 0.94, -0.0121],
    [0.7063, 0.2939, -0.0002],
  ];
  steps.forEach((step, i) => {
    assertAllclose([step.input, step.output, step.mu / 0.5], known[i]!, 6e-5);
  });
});

test("nearly all of an x0-model's picture passes through the network, little of an eps-model's", () => {
  const direct = (count: number, prediction: Prediction) =>
    directPath(ddimSteps({ ...SETTINGS, steps: count, prediction }));
  const x0 = direct(4, "x0");
  assert.ok(Math.abs(x0.input - 0.03) < 5e-5 && Math.abs(x0.mu / 0.5 + 0.0225) < 5e-5);
  const eps = direct(4, "eps");
  assert.ok(Math.abs(eps.input - 4.2) < 0.05 && Math.abs(eps.mu / 0.5 + 3.2) < 0.05);
  assert.ok(Math.abs(direct(25, "eps").input - 11.7) < 0.05);
});

test("a step maps x_t of a known (x0, e) to x_t' of the same pair, whatever the settings", () => {
  fc.assert(
    fc.property(
      anySettings,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: -3, max: 3, noNaN: true }),
      (settings, x0, e) => {
        const { mu, sigma, prediction } = settings;
        const steps = ddimSteps({ ...settings, eta: 0 });
        steps.forEach((step, i) => {
          const at = (bar: number) =>
            Math.sqrt(bar) * x0 + (1 - Math.sqrt(bar)) * mu + sigma * Math.sqrt(1 - bar) * e;
          const end = settings.last === "one" ? 1 : ALPHA_BAR[0]!;
          const next = steps[i + 1] === undefined ? end : ALPHA_BAR[steps[i + 1]!.t]!;
          const x = at(ALPHA_BAR[step.t]!);
          const output = { x0, eps: e, "shifted-eps": mu + sigma * e }[prediction];
          assert.ok(Math.abs(step.input * x + step.output * output + step.mu - at(next)) < 1e-12);
          assert.ok(Math.abs(step.x0.input * x + step.x0.output * output + step.x0.mu - x0) < 1e-11);
        });
      },
    ),
    { numRuns: 50 },
  );
});

test("a step keeps the variance of the process at every eta", () => {
  fc.assert(
    fc.property(anySettings, (settings) => {
      const steps = ddimSteps({ ...settings, prediction: "x0" });
      steps.forEach((step, i) => {
        const end = settings.last === "one" ? 1 : ALPHA_BAR[0]!;
        const next = steps[i + 1] === undefined ? end : ALPHA_BAR[steps[i + 1]!.t]!;
        const variance = (bar: number) => settings.sigma ** 2 * (1 - bar);
        const carried = step.input ** 2 * variance(ALPHA_BAR[step.t]!) + step.noise ** 2;
        assert.ok(Math.abs(carried - variance(next)) < 1e-12);
      });
    }),
    { numRuns: 50 },
  );
});

test("ancestral sampling is DDIM at eta 1", () => {
  fc.assert(
    fc.property(anySettings, (settings) => {
      const flat = (steps: AffineStep[]) =>
        steps.flatMap(({ input, output, mu, noise }) => [input, output, mu, noise]);
      assertAllclose(flat(ancestralSteps(settings)), flat(ddimSteps({ ...settings, eta: 1 })), 1e-9);
    }),
    { numRuns: 50 },
  );
});

test("eta 0 draws no noise; ending at alpha-bar 1 draws none in the last step", () => {
  assert.ok(ddimSteps(SETTINGS).every((step) => step.noise === 0));
  const last = ddimSteps({ ...SETTINGS, eta: 1, last: "one" }).at(-1);
  assert.equal(last?.noise, 0);
  assert.equal(last?.output, 1);
});

test("trailing steps start at the noisiest time step", () => {
  assert.deepEqual(timeSteps(4, 1000, "trailing"), [999, 749, 499, 249]);
  assert.deepEqual(timeSteps(1, 1000, "trailing"), [999]);
  assert.deepEqual(timeSteps(3, 1000, "trailing"), [999, 666, 332]);
});

test("time steps fall strictly and stay in the schedule, for every number of steps", () => {
  for (const spacing of ["leading", "trailing"] as const)
    for (let steps = 1; steps <= 1000; steps++) {
      const times = timeSteps(steps, 1000, spacing);
      assert.equal(times.length, steps);
      assert.ok(
        times.every((t, i) => t >= 0 && t < (times[i - 1] ?? 1000)),
        `${spacing} ${steps}`,
      );
    }
});

test("steps, eta and sigma out of range are refused", () => {
  for (const steps of [0, -1, 1001, 2.5, Number.NaN])
    assert.throws(() => ddimSteps({ ...SETTINGS, steps }), UsageError, `${steps}`);
  assert.throws(() => ddimSteps({ ...SETTINGS, steps: 0 }), /steps must be 1 to 1000; got 0/);
  assert.throws(() => ddimSteps({ ...SETTINGS, eta: 1.5 }), /eta must be 0 to 1; got 1.5/);
  assert.throws(() => ddimSteps({ ...SETTINGS, sigma: 0 }), /sigma above 0/);
});
