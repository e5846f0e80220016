import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { UsageError } from "../../src/errors.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import type { LoadedModel } from "../../src/model/loaded.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { makeBatch } from "../../src/train/batch.js";
import { parseTrainConfig } from "../../src/train/config.js";
import { diffusionTraining, type TrainingStep, train } from "../../src/train/loop.js";
import { initialState, stateFrom } from "../../src/train/state.js";
import { checkTeacher, openTeacher } from "../../src/train/teacher.js";
import { assertAllclose } from "../allclose.js";
import { tinyModel } from "../model/tiny.js";
import { sourceOf, tinyTraining, trainingConfig } from "./tiny.js";

const compile = nodeCompiler({ threads: 1 });
const config = trainingConfig({ teacher: "elsewhere" });
const teacher = tinyModel(config.model);

/** The teacher with every weight a tenth smaller. */
const pupil = {
  ...teacher,
  weights: new Map([...teacher.weights].map(([name, values]) => [name, values.map((value) => 0.9 * value)])),
};

/** What a model predicts of picture i of a batch, [6, H, W]. */
async function predicted(model: LoadedModel, batch: Awaited<ReturnType<typeof makeBatch>>, i: number) {
  const count = batch.t.length;
  const own = (values: Float32Array) =>
    values.slice((i * values.length) / count, ((i + 1) * values.length) / count);
  const network = await compile(lower(denoiseGraph(model.config, 1, 24).outputs, model.weights));
  const { x, t, tokens, mask } = batch;
  const { output } = await network.run({ x: own(x), t: own(t), tokens: own(tokens), mask: own(mask) });
  await network.release();
  return output!;
}

const meanSquare = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => (value - b[i]!) ** 2).reduce((sum, square) => sum + square, 0) / a.length;

/** What the first step of a run does. */
async function firstStep({ weights }: LoadedModel): Promise<TrainingStep> {
  const training = diffusionTraining({ ...sourceOf(config), teacher });
  const fresh = initialState(denoiseGraph(config.model, 1, 1).parameters, config.seed);
  for await (const step of train({ ...training, compile, state: stateFrom(fresh, weights) })) return step;
  throw new Error("a run has a first step");
}

describe("a teacher", () => {
  test("says what it predicts of each picture shown, and leaves the rest of the batch as it is", async () => {
    const practising = trainingConfig({ batch: 3, practice: { pictures: 1, weight: 0.1 } });
    const batch = await makeBatch(sourceOf(practising), 1);
    const { correct, release } = await openTeacher(practising, teacher, compile);
    const corrected = await correct({ ...batch });
    await release();
    assert.deepEqual({ ...corrected, target: batch.target }, batch);
    const own = [await predicted(teacher, batch, 0), await predicted(teacher, batch, 1)];
    assertAllclose([...corrected.target!], [...own[0]!, ...own[1]!], 1e-5);
  });

  test("sees what is miscoloured as it should be", async () => {
    const miscoloured = trainingConfig({ data: { kind: "emoji", miscoloured: 1, ownColours: 0 } });
    const batch = await makeBatch({ ...sourceOf(miscoloured), teacher }, 1);
    const { taught, ...shown } = batch;
    assert.notDeepEqual(shown.x, taught);
    const { correct, release } = await openTeacher(miscoloured, teacher, compile);
    const corrected = await correct({ ...batch });
    await release();
    assert.deepEqual({ ...corrected, target: shown.target }, shown);
    const proper = { ...shown, x: taught! };
    const own = [await predicted(teacher, proper, 0), await predicted(teacher, proper, 1)];
    assertAllclose([...corrected.target!], [...own[0]!, ...own[1]!], 1e-5);
  });

  test("says it of all practice too, where errors of practice count", async () => {
    const practising = trainingConfig({ batch: 3, practice: { pictures: 2, error: 0.1 } });
    const batch = await makeBatch(sourceOf(practising), 1);
    const { correct, release } = await openTeacher(practising, teacher, compile);
    const corrected = await correct({ ...batch });
    await release();
    assert.equal(corrected.target!.length, batch.target.length);
    const own = [await predicted(teacher, batch, 1), await predicted(teacher, batch, 2)];
    assertAllclose([...corrected.original!], [...own[0]!, ...own[1]!], 1e-5);
    assert.deepEqual([...corrected.kept!], [1, 1]);
  });

  test("is what the loss of a step is against", async () => {
    const batch = await makeBatch(sourceOf(config), 1);
    const { loss } = await firstStep(pupil);
    const errors = [0, 1].map(async (i) =>
      meanSquare(await predicted(pupil, batch, i), await predicted(teacher, batch, i)),
    );
    const [first, second] = await Promise.all(errors);
    assert.ok(first! > 1e-4);
    assertAllclose([loss], [(first! + second!) / 2], 1e-4);
  });
});

describe("a teacher is refused", () => {
  test("that sees or predicts something else", () => {
    const other = (change: object) => trainingConfig({ model: { ...tinyTraining.model, ...change } }).model;
    checkTeacher(config.model, other({ name: "other", unet: { ...tinyTraining.model.unet, groups: 4 } }));
    for (const [change, named] of [
      [{ prediction: "eps" }, /its prediction is "eps", the model's "x0"/],
      [{ schedule: "zero-terminal" }, /its schedule is/],
      [{ text: { vectors: "random", maxTokens: 30 } }, /its text is/],
    ] as const) {
      assert.throws(
        () => checkTeacher(config.model, other(change)),
        (error: unknown) => error instanceof UsageError && named.test(error.message),
      );
    }
  });

  test("beside guidance that is built in", () =>
    assert.throws(
      () => parseTrainConfig({ ...tinyTraining, teacher: "emoji", builtInGuidance: 2 }),
      (error: unknown) => error instanceof UsageError && /leave one out/.test(error.message),
    ));
});
