import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancelledError } from "../../src/errors.js";
import { alignmentPrompts, evaluateAlignment } from "../../src/evaluate/alignment/evaluate.js";
import { explainingCost } from "../../src/evaluate/alignment/metrics.js";
import { calibrateNeglect, evaluateNeglect, type See } from "../../src/evaluate/neglect/evaluate.js";
import { loadReaders } from "../../src/files/classifier.js";
import { loadModel } from "../../src/files/model.js";
import { parseNeglectCalibration } from "../../src/model/neglect-calibration.js";
import { generatorOf, uniformFrom, wordOf } from "../../src/random.js";
import { assertAllclose } from "../allclose.js";
import { tinyDrawing } from "../generate/drawing.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";

/** Sees something else in each picture, always the same in the same. */
const see: See = async (pictures) =>
  pictures.map((picture) => {
    const uniform = uniformFrom(generatorOf(wordOf(picture.slice(0, 8).join())));
    const below = (classes: number) => Math.floor(classes * uniform());
    return {
      object: below(5),
      objectColour: below(11),
      count: below(3),
      hat: below(5),
      hatColour: below(11),
      position: below(3),
      backdrop: below(6),
      ground: below(11),
    };
  });

const model = tinyModel(
  tinyConfig(
    { patch: 4, channelMultipliers: [1], attentionFactors: [1] },
    { text: { vectors: "random", maxTokens: 24 } },
  ),
);

async function tinyRun() {
  const { encodePrompt, compile, settings } = await tinyDrawing("", { steps: 2 }, model);
  return { model, encodePrompt, compile, settings, seed: 3, see, onProgress: () => {} };
}

describe("measuring detectors of ignored words", () => {
  test("fits on one half and reports on the other; the calibration holds for the model and the settings", async () => {
    const done: number[] = [];
    const run = { ...(await tinyRun()), count: 20, onProgress: (k: number) => done.push(k) };
    const { metrics, calibration } = await evaluateNeglect(run);
    assert.deepEqual(
      done,
      Array.from({ length: 20 }, (_, k) => k + 1),
    );
    assert.equal(metrics["neglect.auroc"]!.n, 10);
    for (const name of ["neglect.deletion.recallAt5", "neglect.untrained.auroc", "content.auroc"])
      assert.ok(name in metrics, `${name} of ${Object.keys(metrics)}`);
    assert.deepEqual(parseNeglectCalibration(JSON.parse(JSON.stringify(calibration))), calibration);
    assert.deepEqual(calibration.model, { name: "tiny", digest: model.digest });
    assert.deepEqual([calibration.settings.steps, calibration.pictures, calibration.judged], [2, 6, true]);
  });

  test("calibrates on prompts of one's own, where nobody sees what is drawn", async () => {
    const prompts = ["a lamp on a table", "two red lamps", "a chair"];
    const { metrics, calibration } = await calibrateNeglect({ ...(await tinyRun()), prompts });
    assert.deepEqual(Object.keys(metrics), ["content.auroc", "content.auroc.eq8"]);
    assert.deepEqual(
      Object.entries(calibration.tables).map(([key, { count }]) => [key, count]),
      [
        ["any colour", 1],
        ["any number", 1],
        ["any thing", 4],
        ["any word", 6],
      ],
    );
    assert.deepEqual([calibration.judged, calibration.pictures], [false, 3]);
  });

  test("refuses too few prompts, and prompts that name nothing; stops when it is told to", async () => {
    const run = await tinyRun();
    await assert.rejects(evaluateNeglect({ ...run, count: 9 }), {
      name: "UsageError",
      message: /at least 10, .*; got 9/,
    });
    await assert.rejects(calibrateNeglect({ ...run, prompts: ["a", ""] }), { name: "UsageError" });
    const signal = AbortSignal.abort();
    await assert.rejects(evaluateNeglect({ ...run, count: 10, signal }), CancelledError);
  });
});

describe("measuring trying until aligned", () => {
  test("gives shares, gains and costs, by the rule of thumb or by a calibration", async () => {
    const run = { ...(await tinyRun()), count: 2, maxTries: 2, readers: loadReaders() };
    const { calibration } = await calibrateNeglect({ ...run, prompts: ["a cat in a red hat"] });
    for (const used of [model, { ...model, neglect: calibration }]) {
      const found = await evaluateAlignment({ ...run, model: used });
      for (const name of ["single", "success", "bestOfN", "any", "aligned"]) {
        const { value, n } = found[`untilAligned.${name}`]!;
        assert.ok(value >= 0 && value <= 1 && n === 2, name);
      }
      const cost = found["untilAligned.cost"]!.value;
      assert.ok(cost > 0 && cost <= 3, String(cost));
      assert.equal(found["untilAligned.cost.explained"]!.value, cost);
    }
  });

  test("where readers decide, only the picture that is kept has its account", async () => {
    const emoji = loadModel("emoji");
    const neglect = { ...emoji.neglect!, settings: { ...emoji.neglect!.settings, steps: 2 } };
    const drawing = await tinyDrawing("", { steps: 2 }, { ...emoji, neglect });
    const run = { ...drawing, seed: 3, see, count: 1, maxTries: 1, readers: loadReaders() };
    const found = await evaluateAlignment({ ...run, onProgress: () => {} });
    const { caption } = alignmentPrompts(1)[0]!;
    const explaining = explainingCost(emoji.config, (await drawing.encodePrompt(caption)).tokens.length);
    const { value: runs } = found["untilAligned.cost"]!;
    assertAllclose([found["untilAligned.cost.explained"]!.value], [1 + runs / explaining], 1e-12);
  });
});
