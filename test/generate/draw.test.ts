import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancelledError, InputError, UsageError } from "../../src/errors.js";
import { explainingArtist, lastStep, plainArtist } from "../../src/generate/draw.js";
import { documentOf, ledgerOf } from "../../src/generate/explain.js";
import { assertAllclose } from "../allclose.js";
import { clipConfig, openClip } from "../clip/small.js";
import { sumOfRows } from "../graph/derivatives.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";
import { tinyDrawing } from "./drawing.js";

const length = 6 * 16 * 16;

describe("an explained picture", () => {
  for (const [what, prompt, settings, config] of [
    ["of a prompt", "a red cat", {}, tinyConfig()],
    ["under guidance", "a red cat", { guidance: 3 }, tinyConfig()],
    ["of an empty prompt", "", {}, tinyConfig()],
    [
      "of a model that predicts noise, with noise drawn at each step",
      "a cat",
      { eta: 0.7 },
      tinyConfig({}, { prediction: "eps" }),
    ],
    [
      "of a model that predicts noise as a process of another mean adds it",
      "a cat",
      {},
      tinyConfig({}, { prediction: "shifted-eps", process: { mu: 0.2, sigma: 1 } }),
    ],
    [
      "by ancestral sampling, time as a factor",
      "a cat",
      { sampler: "ancestral" },
      tinyConfig({ time: "scale" }),
    ],
  ] as const) {
    test(`${what} is the plain one, and the sum of its rows`, async () => {
      const drawing = await tinyDrawing(prompt, settings, tinyModel(config));
      const plain = await plainArtist(drawing);
      const explained = await explainingArtist(drawing);
      const expected = await lastStep(plain.draw(5));
      const actual = await lastStep(explained.draw(5));
      await Promise.all([plain.release(), explained.release()]);
      assertAllclose(actual.x, expected.x, 1e-5);
      assertAllclose(sumOfRows(actual.rows, length), actual.x, 1e-5);
      const document = documentOf(drawing, ledgerOf(drawing, explained, actual), 5);
      assert.ok(document.residual <= 1e-4);
      assert.equal(document.tokens.length, drawing.prompt.count);
    });
  }
});

test("a model that reads prompts with CLIP accounts for start, end and padding too", async () => {
  const config = clipConfig();
  const drawing = await tinyDrawing("a cat", { guidance: 2 }, tinyModel(config), openClip);
  const plain = await plainArtist(drawing);
  const explained = await explainingArtist(drawing);
  const { x } = await lastStep(plain.draw(1));
  const step = await lastStep(explained.draw(1));
  await Promise.all([plain.release(), explained.release()]);
  assertAllclose(step.x, x, 1e-5);
  assertAllclose(sumOfRows(step.rows, length), x, 1e-5);
  const { tokens, words } = documentOf(drawing, ledgerOf(drawing, explained, step), 1);
  assert.deepEqual(
    tokens.map(({ id, word, span }) => [id, word, span]),
    [
      [49406, null, null],
      [320, 0, [0, 1]],
      [2368, 1, [2, 5]],
      [49407, null, null],
      [0, null, null],
    ],
  );
  assert.deepEqual(
    words.map((word) => word.tokens),
    [[1], [2]],
  );
  for (const { relevance } of tokens) assert.ok(relevance.content > 0);
});

test("the picture of a seed is the same whatever was drawn before it, and another seed's is another", async () => {
  const drawing = await tinyDrawing("a blue dog", { eta: 1 });
  const [several, alone] = [await plainArtist(drawing), await plainArtist(drawing)];
  const first = await lastStep(several.draw(7));
  const second = await lastStep(several.draw(8));
  assert.deepEqual((await lastStep(alone.draw(8))).x, second.x);
  assert.deepEqual((await lastStep(several.draw(7))).x, first.x);
  assert.notDeepEqual(first.x, second.x);
  await Promise.all([several.release(), alone.release()]);
});

test("drawing stops within one step of the abort", async () => {
  const artist = await explainingArtist(await tinyDrawing("a cat", { steps: 1000 }));
  const controller = new AbortController();
  const seen: number[] = [];
  await assert.rejects(async () => {
    for await (const { step } of artist.draw(0, controller.signal)) {
      seen.push(step);
      if (step === 3) controller.abort();
    }
  }, CancelledError);
  assert.deepEqual(seen, [1, 2, 3]);
  await artist.release();
});

describe("what cannot be drawn is refused", () => {
  const refuses = (
    make: () => Promise<unknown>,
    kind: typeof UsageError | typeof InputError,
    message: RegExp,
  ) => assert.rejects(make, (error) => error instanceof kind && message.test(error.message));

  test("settings out of range", async () => {
    await refuses(
      async () => plainArtist(await tinyDrawing("a cat", { steps: 0 })),
      UsageError,
      /steps must be 1 to 1000; got 0/,
    );
    await refuses(
      async () => plainArtist(await tinyDrawing("a cat", { eta: 2 })),
      UsageError,
      /eta must be 0 to 1; got 2/,
    );
  });

  test("a prompt that is too long, with the words that are cut off", () =>
    refuses(
      () => tinyDrawing("a cat and a dog and a bee and a fox"),
      InputError,
      /words would be cut off: "and", "a", "fox"$/,
    ));

  test("the account of a network with biases, which is no sum of parts", () => {
    const model = tinyModel(tinyConfig({ layers: { kind: "ordinary" } }));
    return refuses(
      async () => explainingArtist(await tinyDrawing("a cat", {}, model)),
      InputError,
      /no sum of parts; .*--no-explain/,
    );
  });

  test("weights that give no number", async () => {
    const model = tinyModel();
    const weights = new Map(model.weights).set("out.0.weight", new Float32Array(8).fill(Number.NaN));
    const artist = await plainArtist(await tinyDrawing("a cat", {}, { ...model, weights }));
    await refuses(() => lastStep(artist.draw(0)), InputError, /not finite at t = 999; check its weights/);
    await artist.release();
  });
});
