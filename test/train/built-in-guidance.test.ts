import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { guided as guidedBy } from "../../src/diffusion/guidance.js";
import { UsageError } from "../../src/errors.js";
import { type Feeds, interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import { makeBatch } from "../../src/train/batch.js";
import { guidedTarget } from "../../src/train/built-in-guidance.js";
import { objective } from "../../src/train/objective.js";
import { assertAllclose } from "../allclose.js";
import { tinyModel } from "../model/tiny.js";
import { assertSlope } from "./slope.js";
import { sourceOf, trainingConfig } from "./tiny.js";

describe("the target of guidance that is built in", () => {
  const at = (name: string) => input(name, [2, 1, 1, 1]);
  const guided = at("guided");
  const targetFor = (scale: number, values: Record<string, number[]>) =>
    interpret(
      [guidedTarget(at("target"), { output: at("output"), blank: at("blank"), guided }, scale)],
      values,
    )[0]!;

  test("is met by the network that guidance would make of one that meets the plain target", async () => {
    const [target, blank, scale] = [[0.7, 0.7], [0.4, 0.4], 2.5];
    const predict = (values: number[]) => () => Promise.resolve(Float32Array.from(values));
    const output = [...(await guidedBy(predict(target), predict(blank), scale)(new Float32Array(2), 0))];
    assertAllclose(targetFor(scale, { target, output, blank, guided: [1, 1] }), output, 1e-6);
  });

  test("is the plain one for a picture whose caption is left out, and at scale 1", () => {
    const values = { target: [0.7, 0.7], output: [0.9, 0.9], blank: [0.4, 0.4] };
    assertAllclose(targetFor(2, { ...values, guided: [1, 0] }), [0.95, 0.7], 1e-12);
    assertAllclose(targetFor(1, { ...values, guided: [1, 1] }), values.target, 1e-12);
  });
});

describe("an objective with guidance built in", () => {
  const config = trainingConfig({ builtInGuidance: 2, captionDropout: 0.5, batch: 2 });
  const source = sourceOf(config);
  const goal = objective(config.model, 2, config);
  const weights = tinyModel(config.model).weights;

  test("takes the empty prompt and which pictures have captions", async () => {
    const batch = await makeBatch(source, 3);
    const slots = batch.mask.length / 2;
    const spoken = [0, 1].map((i) => batch.mask.subarray(i * slots, (i + 1) * slots).some((v) => v === 1));
    assert.deepEqual(
      [...batch.guided!],
      spoken.map((value) => (value ? 1 : 0)),
    );
    assert.equal(batch.blankTokens!.length, batch.tokens.length);
    assert.ok(batch.blankMask!.every((value) => value === 0));
    assert.equal("guided" in (await makeBatch(sourceOf(trainingConfig()), 3)), false);
  });

  test("leaves pictures alone that have less noise than its first time step, or more than its last", async () => {
    const all = await makeBatch(sourceOf({ ...config, batch: 64, captionDropout: 0 }), 1);
    const late = await makeBatch(
      sourceOf({ ...config, batch: 64, captionDropout: 0, builtInGuidanceFrom: 400, builtInGuidanceTo: 700 }),
      1,
    );
    assert.ok(all.guided!.every((value) => value === 1));
    assert.deepEqual(
      [...late.guided!],
      Array.from(all.t, (t) => (t >= 400 && t <= 700 ? 1 : 0)),
    );
    assert.ok(all.t.some((t) => t > 700) && all.t.some((t) => t < 400));
    assert.ok(late.guided!.includes(0) && late.guided!.includes(1));
  });

  test("has the gradient of the squared distance to that target, held", async () => {
    const batch = { ...(await makeBatch(source, 1)), weight: new Float32Array(2 * 64 * 64).fill(1) };
    const target = heldTarget(batch, 2);
    const { errors } = objective(config.model, 2);
    const lossAt = (feeds: Feeds) => {
      const values = interpret([errors], { ...feeds, target })[0]!;
      return (values[0]! + values[1]!) / 2;
    };
    assertSlope(goal.parameters, { ...Object.fromEntries(weights), ...batch }, lossAt, 1e-7);
  });

  /** target + (1 - 1 / scale) (output with the caption less output without), the two computed one by one. */
  function heldTarget(batch: Awaited<ReturnType<typeof makeBatch>>, scale: number): Float64Array {
    const { outputs } = denoiseGraph(config.model, 2, batch.mask.length / 2);
    const run = (prompt: object) =>
      interpret([outputs.output], { ...Object.fromEntries(weights), ...batch, ...prompt })[0]!;
    const output = run({});
    const blank = run({ tokens: batch.blankTokens!, mask: batch.blankMask! });
    return Float64Array.from(batch.target, (value, k) => {
      const share = batch.guided![Math.floor((2 * k) / output.length)]! * (1 - 1 / scale);
      return value + share * (output[k]! - blank[k]!);
    });
  }
});

test("guidance that is built in needs pictures without captions", () => {
  assert.throws(
    () => trainingConfig({ builtInGuidance: 2, captionDropout: 0 }),
    (error) => error instanceof UsageError && /captionDropout above 0/.test(error.message),
  );
  assert.throws(() => trainingConfig({ builtInGuidance: 0.5 }), UsageError);
});

test("guidance does not begin after its end", () => {
  assert.throws(
    () => trainingConfig({ builtInGuidanceFrom: 800, builtInGuidanceTo: 400 }),
    (error) => error instanceof UsageError && /got 800 and 400; exchange them/.test(error.message),
  );
});
