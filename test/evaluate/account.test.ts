import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type AccountFigures, accountMetrics } from "../../src/evaluate/account.js";
import { assertAllclose } from "../allclose.js";

/** Of a picture whose prompt supplied `tokens` of the mass; the mean takes back what the noise has too much. */
function figures(tokens: number, residual: number, normalisedMse: number | null): AccountFigures {
  return {
    residual,
    reconstruction: { normalisedMse },
    ledger: { tokens, noise: 1, time: 0, mu: -tokens },
  };
}

describe("figures of accounts", () => {
  const metrics = accountMetrics([
    figures(0.2, 1e-6, 0.001),
    figures(0.4, 3e-6, null),
    figures(0.6, 2e-6, 0.003),
  ]);

  test("the largest residual, means of masses, and of normalised errors as far as there are any", () => {
    const { "residual.max": residual, "reconstruction.mse": error, "mass.tokens": tokens } = metrics;
    assertAllclose([residual!.value, error!.value, tokens!.value], [3e-6, 0.002, 0.4], 1e-12);
    assert.deepEqual([residual!.n, error!.n, tokens!.n], [3, 2, 3]);
    assertAllclose([metrics["mass.mu"]!.value, metrics["mass.time"]!.value], [-0.4, 0], 1e-12);
  });

  test("how many have no normalised reconstruction, as a share between 0 and 1", () => {
    const { value, low, high, n } = metrics["reconstruction.undefined"]!;
    assertAllclose([value], [1 / 3], 1e-12);
    assert.ok(low > 0 && low < value && high > value && high < 1 && n === 3, `${low} to ${high}`);
    const none = accountMetrics([figures(0.5, 1e-6, 0.001)])["reconstruction.undefined"]!;
    assert.ok(none.value === 0 && none.low === 0 && none.high < 1);
  });

  test("no mean of normalised errors where none is defined", () => {
    assert.equal("reconstruction.mse" in accountMetrics([figures(0.5, 1e-6, null)]), false);
  });
});
