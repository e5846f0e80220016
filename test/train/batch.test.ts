import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { diffuse } from "../../src/diffusion/forward.js";
import { promptEncoder } from "../../src/model/prompt-encoder.js";
import { type Batch, makeBatch } from "../../src/train/batch.js";
import { assertAllclose } from "../allclose.js";
import { encoder } from "../clip/small.js";
import { tinyModel } from "../model/tiny.js";
import { assets, sourceOf, tinyTraining, trainingConfig } from "./tiny.js";

const length = 6 * 64 * 64;
const x0 = sourceOf(trainingConfig());

describe("a batch", () => {
  test("is the same whatever was drawn before it", async () => {
    const alone = await makeBatch(sourceOf(trainingConfig()), 7);
    for (const step of [1, 9, 3]) await makeBatch(x0, step);
    assert.deepEqual(await makeBatch(x0, 7), alone);
    assert.notDeepEqual((await makeBatch(x0, 8)).x, alone.x);
  });

  test("holds the next samples of the run, however they are grouped", async () => {
    const four = await makeBatch(sourceOf(trainingConfig({ batch: 4 })), 2); // samples 4 to 7
    const two = await Promise.all([3, 4].map((step) => makeBatch(x0, step)));
    for (const part of ["x", "t", "tokens", "mask", "target"] as const) {
      assert.deepEqual(
        two.flatMap((batch) => [...batch[part]]),
        [...four[part]],
        part,
      );
    }
  });

  test("has clean complementary pictures as targets, for x0-prediction", async () => {
    const { target } = await makeBatch(x0, 1);
    for (let i = 0; i < length / 2; i++) {
      assert.ok(target[i]! >= 0 && target[i]! <= 1);
      assert.ok(Math.abs(target[i]! + target[length / 2 + i]! - 1) < 1e-6);
    }
  });

  test("x is the target of x0-prediction, noised with that of eps-prediction, at t", async () => {
    const eps = trainingConfig({ model: { ...trainingConfig().model, prediction: "eps" } });
    const [clean, noise] = [await makeBatch(x0, 3), await makeBatch(sourceOf(eps), 3)];
    assert.deepEqual(noise.x, clean.x);
    for (const sample of [0, 1]) {
      const own = (values: Float32Array) => values.subarray(sample * length, (sample + 1) * length);
      const t = clean.t[sample]!;
      assert.ok(Number.isInteger(t) && t >= 0 && t <= 999);
      assertAllclose(own(clean.x), diffuse(own(clean.target), own(noise.target), x0.alphaBar[t]!), 1e-6);
    }
  });

  test("shows what is miscoloured under noise and asks for what the caption says", async () => {
    const miscoloured = trainingConfig({ data: { kind: "emoji", miscoloured: 1, ownColours: 0 }, batch: 8 });
    const proper = trainingConfig({ data: { kind: "emoji", ownColours: 0 }, batch: 8 });
    const [shown, plain] = [await makeBatch(sourceOf(miscoloured), 1), await makeBatch(sourceOf(proper), 1)];
    assert.deepEqual({ ...shown, x: plain.x }, plain);
    const differing = Array.from({ length: 8 }, (_, i) => i).filter((i) => {
      const own = (values: Float32Array) => [...values.subarray(i * length, (i + 1) * length)];
      return own(shown.x).some((value, at) => value !== own(plain.x)[at]);
    });
    assert.ok(differing.length > 3, `${differing.length} of 8`);
    const silent = { ...sourceOf(miscoloured), config: { ...miscoloured, captionDropout: 1 } };
    assert.deepEqual((await makeBatch(silent, 1)).x, plain.x);
    const teacher = tinyModel(miscoloured.model);
    const { taught } = await makeBatch({ ...sourceOf(miscoloured), teacher }, 1);
    assert.deepEqual(taught, plain.x);
    assert.ok(!("taught" in (await makeBatch({ ...sourceOf(proper), teacher }, 1))));
  });

  test("masks a token of every word, or none where the caption is left out", async () => {
    const full = await makeBatch(sourceOf(trainingConfig({ captionDropout: 0 })), 1);
    const none = await makeBatch(sourceOf(trainingConfig({ captionDropout: 1 })), 1);
    assert.deepEqual(full.x, none.x);
    assert.ok(none.mask.every((value) => value === 0) && none.tokens.every((value) => value === 0));
    for (const sample of [0, 1]) {
      const row = [...full.mask.subarray(24 * sample, 24 * (sample + 1))];
      const count = row.indexOf(0);
      assert.ok(count >= 3, `${count} tokens`);
      assert.deepEqual(row, [...new Array(count).fill(1), ...new Array(24 - count).fill(0)]);
    }
  });

  test("of a model that reads prompts with CLIP is given all of its layout, the empty prompt's for a caption left out", async () => {
    const text = { vectors: "clip-transformer", encoder, maxTokens: 75 };
    const { model } = tinyTraining;
    const wide = { ...model, unet: { ...model.unet, contextWidth: 8 }, text };
    const clip = async (ids: Int32Array) => Float32Array.from({ length: 77 * 8 }, (_, i) => ids[i >> 3]!);
    const batchOf = async (captionDropout: number) => {
      const config = trainingConfig({ model: wide, captionDropout });
      const encodePrompt = promptEncoder(config.model, { ...assets, clip });
      return makeBatch({ ...sourceOf(trainingConfig()), config, encodePrompt }, 1);
    };
    const [full, none] = [await batchOf(0), await batchOf(1)];
    assert.deepEqual(full.mask, new Float32Array(2 * 77).fill(1));
    assert.deepEqual(none.mask, full.mask);
    const ids = ({ tokens }: Batch) => [...tokens].filter((_, i) => i % 8 === 0);
    const empty = [49406, 49407, ...new Array(75).fill(0)];
    assert.deepEqual(ids(none), [...empty, ...empty]);
    assert.ok(ids(full).indexOf(49407) > 3);
  });

  test("leaves out as many captions as it is told to", async () => {
    const { mask } = await makeBatch(sourceOf(trainingConfig({ batch: 60, captionDropout: 0.3 })), 1);
    const dropped = Array.from({ length: 60 }, (_, i) => mask[24 * i]).filter((first) => first === 0).length;
    assert.ok(dropped > 3 && dropped < 33, `${dropped} of 60`); // 18, give or take four deviations
  });
});
