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
import { openRehearsal, practiceSteps, practiceTime } from "../../src/train/practice.js";
import { initialState, stateFrom, type TrainingState } from "../../src/train/state.js";
import { assertAllclose } from "../allclose.js";
import { tinyModel } from "../model/tiny.js";
import { assertSlope } from "./slope.js";
import { freshReaders, sourceOf, trainingConfig } from "./tiny.js";

const PICTURE = 6 * 64 * 64;
const practice = { pictures: 2, weight: 0.5 };
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
  const alone = await makeBatch(sourceOf({ ...config, practice: { pictures: 0, weight: 0 } }), 1);

  test("shows its first picture as without practice, and has targets for no other", () => {
    assert.deepEqual(ofPicture(batch.x, 0), ofPicture(alone.x, 0));
    assert.deepEqual(batch.target, alone.target.subarray(0, PICTURE));
    assert.deepEqual(batch.weight, alone.weight.subarray(0, PICTURE / 6));
    assert.equal(batch.t[0], alone.t[0]);
  });

  test("begins practice with noise, a caption, and a time step that sampling comes by", () => {
    const [, second, third] = batch.t;
    assert.equal(second, practiceTime(config.model, config.seed, 1));
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

  test("comes down to every step but the first", () => {
    const times = Array.from({ length: 300 }, (_, i) => practiceTime(config.model, 0, i + 1));
    const [first, ...later] = practiceSteps(config.model).map(({ t }) => t);
    assert.equal(first, 999);
    assert.deepEqual(
      [...new Set(times)].sort((a, b) => b - a),
      later,
    );
  });
});

test("a rehearsal draws as sampling does, down to the time step, and leaves the rest as it is", async () => {
  const state = stateFrom(initialState(denoiseGraph(config.model, 1, 1).parameters, 0), weights);
  const rehearsal = await openRehearsal(config.model, 2, compile);
  for (const number of [1, 2, 3]) {
    const batch = { ...(await makeBatch(sourceOf(config), number)) };
    const drawn = await rehearsal.draw(state.parameters, batch);
    assert.deepEqual(ofPicture(drawn.x!, 0), ofPicture(batch.x, 0));
    assert.deepEqual({ ...drawn, x: batch.x }, batch);
    const { outputs } = denoiseGraph(config.model, 1, 24);
    const network = await compile(lower(outputs, weights));
    for (const i of [1, 2]) {
      const [tokens, mask] = [ofPicture(batch.tokens, i), ofPicture(batch.mask, i)];
      const denoise = async (x: Float32Array, t: number) =>
        (await network.run({ x, t: Float32Array.of(t), tokens, mask })).output!;
      const steps = practiceSteps(config.model).filter(({ t }) => t > batch.t[i]!);
      const { x } = await lastStep(sample({ denoise, steps, xT: ofPicture(batch.x, i) }));
      assertAllclose([...ofPicture(drawn.x!, i)], [...x], 1e-5);
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

  test("asks of a picture with grounding and guidance what it asks alone", async () => {
    const asks = {
      ...config,
      captionDropout: 0,
      builtInGuidance: 2,
      grounding: { ...config.grounding, concentration: 1, responsibility: 1, effect: 1 },
    };
    const [whole, alone] = [asks, { ...asks, batch: 1, practice: { pictures: 0, weight: 0 } }].map((own) =>
      objective(own.model, own.batch, { ...own, readers: freshReaders }),
    );
    const batch = { ...Object.fromEntries(weights), ...(await makeBatch(sourceOf(asks), 1)) };
    const termsOf = ({ errors, terms }: typeof goal) =>
      [errors, ...["concentration", "responsibility", "effect"].map((name) => terms[name]!.total)] as const;
    const first = await makeBatch(sourceOf({ ...asks, batch: 1, practice: { pictures: 0, weight: 0 } }), 1);
    const own = interpret(termsOf(alone!), { ...Object.fromEntries(weights), ...first });
    assertAllclose(
      interpret(termsOf(whole!), batch).map(([value]) => value!),
      own.map(([value]) => value!),
      1e-9,
    );
  });
});

test("a run that is resumed practises as one that never stopped", async () => {
  const source = { ...sourceOf(config), readers: freshReaders };
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
