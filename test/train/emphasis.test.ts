import assert from "node:assert/strict";
import { test } from "node:test";
import { interpret } from "../../src/graph/interpret.js";
import { makeBatch } from "../../src/train/batch.js";
import { pixelWeights } from "../../src/train/emphasis.js";
import { objective } from "../../src/train/objective.js";
import { assertAllclose } from "../allclose.js";
import { tinyModel } from "../model/tiny.js";
import { sourceOf, trainingConfig } from "./tiny.js";

const masks = {
  background: Uint8Array.of(255, 255, 0, 51),
  object: Uint8Array.of(0, 0, 255, 204),
  hat: Uint8Array.of(0, 0, 0, 0),
};

test("pixels weigh as their parts do, with mean 1", () => {
  assert.deepEqual([...pixelWeights(masks, { object: 1, hat: 5 })], [1, 1, 1, 1]);
  // 1, 1, 3 and 0.2 + 0.8 * 3 = 2.6, of mean 1.9.
  assertAllclose(pixelWeights(masks, { object: 3, hat: 5 }), [1 / 1.9, 1 / 1.9, 3 / 1.9, 2.6 / 1.9], 1e-6);
});

test("the gradient is a sum over pixels of what their errors weigh", async () => {
  const { model, ...rest } = trainingConfig({ batch: 2 });
  const batch = await makeBatch(sourceOf({ model, ...rest }), 1);
  const goal = objective(model, 2);
  const gradientFor = (weight: Float32Array) =>
    interpret([goal.parameters[0]!.gradient], {
      ...Object.fromEntries(tinyModel(model).weights),
      ...batch,
      weight,
    })[0]!;
  const upper = batch.weight.map((value, i) => (i % 4096 < 2048 ? value : 0));
  const lower = batch.weight.map((value, i) => (i % 4096 < 2048 ? 0 : 2 * value));
  const parts = [gradientFor(upper), gradientFor(lower)];
  const together = gradientFor(upper.map((value, i) => value + lower[i]!));
  assertAllclose(
    parts[0]!.map((value, i) => value + parts[1]![i]!),
    together,
    1e-9,
  );
  assert.ok(parts[1]!.some((value) => value !== 0));
});
