import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Prediction } from "../../src/diffusion/forward.js";
import { pictureError, reconstruct } from "../../src/explain/reconstruction.js";
import { runSources } from "../../src/explain/sources.js";
import { assertAllclose } from "../allclose.js";
import { ledgerOf, plain, scaled } from "./ledgers.js";

const NOTHING = new Float32Array(36);
const unit = fc.double({ min: 0, max: 1, noNaN: true });

test("a prompt that supplies an even fraction of the picture reconstructs it once normalised, Eq. 7", () => {
  fc.assert(
    fc.property(unit, unit, unit, fc.double({ min: 0.1, max: 1, noNaN: true }), (r, g, b, fraction) => {
      const picture = plain(r, g, b);
      const rows = [scaled(picture, fraction), scaled(picture, 1 - fraction), NOTHING, NOTHING];
      const { normalisedMse, mse } = reconstruct(ledgerOf(runSources(1), rows), "x0");
      assert.ok(normalisedMse! < 1e-10);
      const darker = ((1 - fraction) ** 2 * (r * r + g * g + b * b)) / 3;
      assert.ok(Math.abs(mse - darker) < 1e-6);
    }),
  );
});

test("the raw reconstruction is the sum of the token rows, Eq. 6", () => {
  const [red, blue] = [plain(1, 0, 0), plain(0, 0, 1)];
  const ledger = ledgerOf(runSources(2), [scaled(red, 0.5), scaled(blue, 0.25), red, red, red]);
  assertAllclose(
    reconstruct(ledger, "x0").raw,
    red.map((value, i) => 0.5 * value + 0.25 * blue[i]!),
  );
});

test("there is no normalised reconstruction for predicted noise, an empty prompt, or a prompt without mass", () => {
  const red = plain(1, 0, 0);
  const rows = [red, NOTHING, NOTHING, NOTHING];
  const reason = (tokens: number, parts: Float32Array[], prediction: Prediction) => {
    const { normalised, normalisedMse, undefinedReason } = reconstruct(
      ledgerOf(runSources(tokens), parts),
      prediction,
    );
    assert.equal(normalised === null, undefinedReason !== null);
    assert.equal(normalisedMse === null, undefinedReason !== null);
    return undefinedReason;
  };
  assert.equal(reason(1, rows, "x0"), null);
  assert.equal(reason(1, rows, "eps"), "eps-prediction");
  assert.equal(reason(1, rows, "shifted-eps"), "eps-prediction");
  assert.equal(reason(0, rows.slice(1), "x0"), "no-tokens");
  assert.equal(reason(1, [scaled(red, 0.01), red, NOTHING, NOTHING], "x0"), "vanishing-denominator");
  assert.equal(reason(1, [scaled(red, -1), red, red, NOTHING], "x0"), "vanishing-denominator");
});

test("the error of pictures is that of what is shown: values clamped to 0..1", () => {
  assert.equal(pictureError(Float32Array.of(1.5, -1), Float32Array.of(1, 0)), 0);
  assert.equal(pictureError(Float32Array.of(1, 0.5), Float32Array.of(0, 0)), 0.625);
});
