import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadReaders } from "../../src/files/classifier.js";
import { recogniserFor } from "../../src/generate/alignment.js";
import { evenCalibration } from "../explain/calibration.js";
import { tinyModel } from "../model/tiny.js";
import { tinyDrawing } from "./drawing.js";

describe("readers look at what is drawn until aligned", () => {
  const readers = loadReaders();
  const isAsked = async (prompt: string, judged: boolean, steps = 4) => {
    const model = tinyModel();
    const neglect = evenCalibration({ judged, model: { name: "tiny", digest: model.digest } });
    const drawing = await tinyDrawing(prompt, { steps }, { ...model, neglect });
    const recogniser = await recogniserFor(drawing, readers);
    await recogniser?.release();
    return recogniser !== undefined;
  };

  test("where a classifier judged such pictures and they know every word", async () => {
    assert.equal(await isAsked("a cat in a cap", true), true);
  });
  test("not where pictures are of another kind, as prompts of one's own say nothing of", async () => {
    assert.equal(await isAsked("a cat in a cap", false), false);
  });
  test("not where the calibration does not hold, nor where a word is strange", async () => {
    assert.equal(await isAsked("a cat in a cap", true, 5), false);
    assert.equal(await isAsked("a shark in a cap", true), false);
  });
});
