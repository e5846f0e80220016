import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { headOffsets, labelsOf, oneHot } from "../../src/classifier/labels.js";
import { type Scene, scene } from "../../src/data/scene.js";
import { sixChannels } from "../../src/data/six-channels.js";
import { UsageError } from "../../src/errors.js";
import { loadReaders } from "../../src/files/classifier.js";
import { loadSprites } from "../../src/files/sprites.js";
import { type Feeds, interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { makeBatch } from "../../src/train/batch.js";
import { objective } from "../../src/train/objective.js";
import { reading, recognitionTerm, seenInput } from "../../src/train/recognition.js";
import { assertAllclose } from "../allclose.js";
import { tinyModel } from "../model/tiny.js";
import { assertSlope } from "./slope.js";
import { freshReaders, sourceOf, trainingConfig } from "./tiny.js";

const sprites = loadSprites();

describe("recognition", () => {
  const output = input("output", [2, 6, 64, 64]);
  const { total, count } = recognitionTerm(reading(output, loadReaders()).logits, seenInput(2));
  const [one, other] = [0, 1].map((index) => scene(sprites, { seed: 1, index })) as [Scene, Scene];
  const pictures = [...sixChannels(one.rgb), ...sixChannels(other.rgb)];
  const labels = (shown: Scene) => oneHot(labelsOf(shown.attributes));
  const surpriseAt = (first: Float32Array, second: Float32Array) =>
    interpret([total, count], { output: pictures, seen: [...first, ...second] }).map(([value]) => value!);

  test("is small where pictures show what is asked for, and large where they show something else", () => {
    const [right, asked] = surpriseAt(labels(one), labels(other));
    const [wrong] = surpriseAt(labels(other), labels(one));
    assert.equal(asked, 2);
    assert.ok(right! < 2 && wrong! > 5 * right!, `${right} and ${wrong}`);
  });

  test("counts no picture of which nothing is asked", () => {
    const none = new Float32Array(headOffsets.total);
    const [alone, asked] = surpriseAt(labels(one), none);
    const [nothing, nobody] = surpriseAt(none, none);
    const [both] = surpriseAt(labels(one), labels(other));
    assert.deepEqual([asked, nothing, nobody], [1, 0, 0]);
    assertAllclose([alone! + surpriseAt(none, labels(other))[0]!], [both!], 1e-9);
  });
});

describe("an objective with recognition", () => {
  const config = trainingConfig({ recognition: 0.5, captionDropout: 0 });
  const goal = objective(config.model, 2, { ...config, readers: freshReaders });
  const weights = tinyModel(config.model).weights;

  test("has gradients that are those of its loss, through the readers", async () => {
    const batch = await makeBatch(sourceOf(config), 1);
    const lossAt = (feeds: Feeds) => {
      const [errors, recognition] = interpret([goal.errors, goal.terms.recognition!.total], feeds);
      return (errors![0]! + errors![1]! + 0.5 * recognition![0]!) / 2;
    };
    assertSlope(goal.parameters, { ...Object.fromEntries(weights), ...batch }, lossAt, 1e-6);
  });

  test("asks what captions say, and nothing where they are left out", async () => {
    const said = await makeBatch(sourceOf(config), 1);
    const left = await makeBatch(sourceOf({ ...config, captionDropout: 1 }), 1);
    assert.ok(said.seen!.subarray(0, 5).includes(1) && left.seen!.every((value) => value === 0));
    assert.equal("seen" in (await makeBatch(sourceOf(trainingConfig()), 1)), false);
  });

  test("asks nothing where there is less noise than its first time step", async () => {
    const late = { ...config, recognitionFrom: 400 };
    const batch = await makeBatch(sourceOf({ ...late, batch: 32 }), 1);
    assert.deepEqual(
      [...batch.doubted!],
      Array.from(batch.t, (t) => (t >= 400 ? 1 : 0)),
    );
    assert.ok(batch.doubted!.includes(0) && batch.doubted!.includes(1));
    const pair = await makeBatch(sourceOf(late), 1);
    const { total, count } = goal.terms.recognition!;
    const termAt = (doubted: readonly number[]) =>
      interpret([total, count], { ...Object.fromEntries(weights), ...pair, doubted }).map(
        ([value]) => value!,
      );
    const [both, one, other, none] = [termAt([1, 1]), termAt([1, 0]), termAt([0, 1]), termAt([0, 0])];
    assert.deepEqual([both[1], one[1], none], [2, 1, [0, 0]]);
    assertAllclose([one[0]! + other[0]!], [both[0]!], 1e-9);
  });

  test("does not go without the readers", () => {
    assert.throws(() => objective(config.model, 2, config), /take readers/);
  });

  test("is refused for networks that predict noise", () => {
    const model = { ...trainingConfig().model, prediction: "eps" };
    assert.throws(
      () => trainingConfig({ model, recognition: 0.1 }),
      (error) => error instanceof UsageError && /recognition .* got prediction "eps"/.test(error.message),
    );
  });
});
