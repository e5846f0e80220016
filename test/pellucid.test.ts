import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readExplanation } from "../src/files/explained-png.js";
import { decodePng } from "../src/files/png.js";
import {
  CancelledError,
  figurePng,
  type Generated,
  generate,
  InputError,
  picturePng,
  relevanceScores,
  residual,
  UsageError,
} from "../src/index.js";
import { assertAllclose } from "./allclose.js";
import { modelFolder } from "./files/model-folder.js";
import { tinyModel } from "./model/tiny.js";

describe("the library's generate", () => {
  const steps: number[] = [];
  const made: Promise<Generated> = generate("a red cat", {
    model: tinyModel(),
    steps: 3,
    seed: 4,
    onStep: ({ step }) => steps.push(step),
  });

  test("gives a picture, its ledger and its document", async () => {
    const { image, ledger, explanation } = await made;
    assert.deepEqual(steps, [1, 2, 3]);
    assert.equal(image, ledger.image);
    assert.equal(image.length, 6 * 16 * 16);
    assert.equal(explanation.residual, residual(ledger));
    assert.ok(residual(ledger) < 1e-4);
    assertAllclose(
      explanation.tokens.map(({ relevance }) => relevance.eq8),
      relevanceScores(ledger),
      1e-12,
    );
    assert.deepEqual([explanation.prompt, explanation.seed, explanation.settings.steps], ["a red cat", 4, 3]);
  });

  test("gives PNG files that carry the document", async () => {
    const generated = await made;
    for (const png of [await picturePng(generated), await figurePng(generated)]) {
      assert.deepEqual(readExplanation(png), generated.explanation);
    }
    const { width, height } = await decodePng(await picturePng(generated));
    assert.deepEqual([width, height], [16, 16]);
  });

  test("takes a model's folder as well, and draws the same", async () => {
    const { image } = await generate("a red cat", { model: modelFolder(), steps: 3, seed: 4 });
    assert.deepEqual(image, (await made).image);
  });

  test("throws what its words say", async () => {
    const model = tinyModel();
    await assert.rejects(generate("a cat", { model, steps: 0 }), UsageError);
    await assert.rejects(generate("a cat", { model, seed: -1 }), UsageError);
    await assert.rejects(generate("a cat", { model: "nothing" }), UsageError);
    await assert.rejects(generate("a cat and a dog and a bee and a fox", { model }), InputError);
    await assert.rejects(generate("a cat", { model, signal: AbortSignal.abort() }), CancelledError);
  });
});
