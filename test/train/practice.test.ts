import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sample } from "../../src/diffusion/sample.js";
import { UsageError } from "../../src/errors.js";
import { lastStep } from "../../src/generate/draw.js";
import { type Feeds, interpret } from "../../src/graph/interpret.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { makeBatch } from "../../src/train/batch.js";
import { diffusionTraining, train } from "../../src/train/loop.js";
import { objective } from "../../src/train/objective.js";
import { beganWithScene, openRehearsal, practiceSpan, practiceSteps } from "../../src/train/practice.js";
import { initialState, stateFrom, type TrainingState } from "../../src/train/state.js";
import { assertAllclose } from "../allclose.js";
import { tinyModel } from "../model/tiny.js";
import { assertSlope } from "./slope.js";
import { freshReaders, sourceOf, trainingConfig } from "./tiny.js";

const PICTURE = 6 * 64 * 64;
const practice = { pictures: 2, weight: 0.5, error: 0 };
const NONE = { pictures: 0, weight: 0, error: 0 };
const config = trainingConfig({
  batch: 3,
  practice,
  captionDropout: 1,
  model: { ...trainingConfig().model, schedule: "zero-terminal" },
});
const weights = tinyModel(config.model).weights;
const compile = nodeCompiler({ threads: 1 });
const ofPicture = (values: Float32Array, i: number, count = values.length / 3) =>
  values.subarray(i * count, (i + 1) * count);

describe("a batch with practice", async () => {
  const batch = await makeBatch(sourceOf(config), 1);
  const alone = await makeBatch(sourceOf({ ...config, practice: NONE }), 1);

  test("shows its first picture as without practice, and has targets for no other", () => {
    assert.deepEqual(ofPicture(batch.x, 0), ofPicture(alone.x, 0));
    assert.deepEqual(batch.target, alone.target.subarray(0, PICTURE));
    assert.deepEqual(batch.weight, alone.weight.subarray(0, PICTURE / 6));
    assert.equal(batch.t[0], alone.t[0]);
  });

  test("begins practice with noise, a caption, and a time step that sampling comes by", () => {
    const [, second, third] = batch.t;
    assert.equal(second, practiceSpan(config, 1).to);
    assert.equal(third, second);
    assert.ok(
      ofPicture(batch.mask, 0).every((value) => value === 0),
      "a caption that is left out",
    );
    for (const i of [1, 2]) {
      assert.ok(ofPicture(batch.mask, i).includes(1));
      assert.ok(ofPicture(batch.seen!, i).includes(1));
      const x = ofPicture(batch.x, i);
      const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
      const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
      assertAllclose([mean, variance], [0.5, 0.25], 0.02);
    }
  });

  test("comes down to every step but the first, and from noise to each as often", () => {
    const spans = Array.from({ length: 900 }, (_, i) => practiceSpan(config, i + 1));
    const [first, ...later] = practiceSteps(config.model).map(({ t }) => t);
    assert.equal(first, 999);
    for (const step of later) {
      const count = spans.filter(({ from, to }) => from === first && to === step).length;
      assert.ok(count > 70 && count < 130, `${count} come down to ${step}`);
    }
  });
});

/** The same with errors of practice, and a batch of it that begins with scenes, or with noise. */
const told = { ...config, practice: { ...practice, error: 0.25 } };
const numberOf = (withScene: boolean) =>
  [1, 2, 3, 4, 5, 6, 7, 8].find((number) => beganWithScene(practiceSpan(told, number)) === withScene)!;

describe("practice whose errors count", async () => {
  const number = numberOf(true);
  const span = practiceSpan(told, number);
  const batch = await makeBatch(sourceOf(told), number);

  test("begins with its scene in half of the batches, below t = 600, and with noise in the others", () => {
    const spans = Array.from({ length: 900 }, (_, i) => practiceSpan(told, i + 1));
    const withScene = spans.filter(beganWithScene);
    assert.ok(withScene.length > 405 && withScene.length < 495, `${withScene.length} of 900`);
    assert.ok(spans.every(({ from, to }) => to < from && (from < 600 || from === 999)));
    assert.deepEqual([...new Set(withScene.map(({ from }) => from))].sort(), [199, 299, 399, 499, 599]);
  });

  test("begins with what training shows of that scene at that time step", async () => {
    const whole = await makeBatch(sourceOf({ ...told, practice: NONE, captionDropout: 0 }), number);
    const source = sourceOf(told);
    const alphaBar = source.alphaBar[span.from]!;
    for (const i of [1, 2]) {
      const scene = ofPicture(whole.target, i);
      assert.deepEqual(ofPicture(batch.original!, i - 1, PICTURE), scene);
      // What is not the scene is noise of the variance that this time step has (Eq. 2).
      const rest = ofPicture(batch.x, i).map((value, k) => value - Math.sqrt(alphaBar) * scene[k]!);
      const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length;
      const variance = rest.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rest.length;
      assertAllclose([variance], [(1 - alphaBar) * 0.25], 0.01);
    }
    assert.deepEqual([...batch.kept!], [1, 1]);
    assert.deepEqual([...ofPicture(batch.t, 1), ...ofPicture(batch.t, 2)], [span.to, span.to]);
  });

  test("counts for nothing where it began with noise", async () => {
    const fromNoise = await makeBatch(sourceOf(told), numberOf(false));
    assert.deepEqual([...fromNoise.kept!], [0, 0]);
  });
});

test("a rehearsal draws as sampling does, between its time steps, and leaves the rest as it is", async () => {
  const state = stateFrom(initialState(denoiseGraph(config.model, 1, 1).parameters, 0), weights);
  const rehearsal = await openRehearsal(told, compile);
  for (const number of [numberOf(false), numberOf(true)]) {
    const { from, to } = practiceSpan(told, number);
    const batch = { ...(await makeBatch(sourceOf(told), number)) };
    const drawn = await rehearsal.draw(state.parameters, batch, number);
    assert.deepEqual(ofPicture(drawn.x!, 0), ofPicture(batch.x, 0));
    assert.deepEqual({ ...drawn, x: batch.x }, batch);
    const { outputs } = denoiseGraph(config.model, 1, 24);
    const network = await compile(lower(outputs, weights));
    for (const i of [1, 2]) {
      const [tokens, mask] = [ofPicture(batch.tokens, i), ofPicture(batch.mask, i)];
      const denoise = async (x: Float32Array, t: number) =>
        (await network.run({ x, t: Float32Array.of(t), tokens, mask })).output!;
      const steps = practiceSteps(config.model).filter(({ t }) => t <= from && t > to);
      const { x } = await lastStep(sample({ denoise, steps, xT: ofPicture(batch.x, i) }));
      assertAllclose([...ofPicture(drawn.x!, i)], [...x], 1e-4);
    }
    await network.release();
  }
  await rehearsal.release();
});

describe("an objective with practice", () => {
  const goal = objective(config.model, 3, { ...config, readers: freshReaders });

  test("has gradients of the squared errors of what is shown, and of what readers miss in practice", async () => {
    const batch = await makeBatch(sourceOf(config), 1);
    const lossAt = (feeds: Feeds) => {
      const [errors, missed] = interpret([goal.errors, goal.terms.practice!.total], feeds);
      assert.equal(errors!.length, 1);
      return errors![0]! + (practice.weight * missed![0]!) / practice.pictures;
    };
    assertSlope(goal.parameters, { ...Object.fromEntries(weights), ...batch }, lossAt, 1e-6);
  });

  test("has gradients of the errors of what began with its scene", async () => {
    const whole = objective(told.model, 3, { ...told, detail: 0.5, readers: freshReaders });
    const batch = { ...(await makeBatch(sourceOf(told), numberOf(true))), weight: new Float32Array(64 * 64) };
    const lossAt = (feeds: Feeds) => {
      const [missed, errors, kept] = interpret(
        [whole.terms.practice!.total, whole.terms.rehearsal!.total, whole.terms.rehearsal!.count],
        feeds,
      );
      assert.equal(kept![0], 2);
      return (practice.weight * missed![0]! + told.practice.error * errors![0]!) / practice.pictures;
    };
    assertSlope(whole.parameters, { ...Object.fromEntries(weights), ...batch }, lossAt, 1e-6);
    const fromNoise = { ...Object.fromEntries(weights), ...batch, kept: new Float32Array(2) };
    assert.equal(interpret([whole.terms.rehearsal!.total], fromNoise)[0]![0], 0);
  });

  test("asks of a picture with grounding and guidance what it asks alone", async () => {
    const asks = {
      ...config,
      captionDropout: 0,
      builtInGuidance: 2,
      grounding: { ...config.grounding, concentration: 1, responsibility: 1, effect: 1 },
    };
    const [whole, alone] = [asks, { ...asks, batch: 1, practice: NONE }].map((own) =>
      objective(own.model, own.batch, { ...own, readers: freshReaders }),
    );
    const batch = { ...Object.fromEntries(weights), ...(await makeBatch(sourceOf(asks), 1)) };
    const termsOf = ({ errors, terms }: typeof goal) =>
      [errors, ...["concentration", "responsibility", "effect"].map((name) => terms[name]!.total)] as const;
    const first = await makeBatch(sourceOf({ ...asks, batch: 1, practice: NONE }), 1);
    const own = interpret(termsOf(alone!), { ...Object.fromEntries(weights), ...first });
    assertAllclose(
      interpret(termsOf(whole!), batch).map(([value]) => value!),
      own.map(([value]) => value!),
      1e-9,
    );
  });
});

test("a run that is resumed practises as one that never stopped", async () => {
  const source = { ...sourceOf(told), readers: freshReaders };
  const after = async (steps: number, state?: TrainingState) => {
    for await (const step of train({ ...diffusionTraining(source), compile, state })) {
      if (step.state.step === steps) return structuredClone(step.state);
    }
    throw new Error("stopped");
  };
  const through = await after(3);
  const resumed = await after(3, await after(2));
  for (const [i, { name, weights: found }] of through.parameters.entries())
    assert.deepEqual(resumed.parameters[i]!.weights, found, name);
});

describe("practice is refused", () => {
  const refused = (change: object, message: RegExp) =>
    assert.throws(
      () => trainingConfig(change),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  test("where nothing else is left of a batch", () =>
    refused({ batch: 2, practice }, /practice\.pictures must be fewer than batch, 2; got 2/));
  test("for networks that predict noise", () =>
    refused(
      { batch: 4, practice, model: { ...trainingConfig().model, prediction: "eps" } },
      /practice .* got prediction "eps"/,
    ));
  test("without readers", () => assert.throws(() => objective(config.model, 3, config), /take readers/));
});
