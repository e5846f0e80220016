import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Feeds, interpret } from "../../src/graph/interpret.js";
import { constant, input } from "../../src/graph/ops/constant.js";
import { multiply } from "../../src/graph/ops/elementwise.js";
import { gate } from "../../src/graph/ops/gate.js";
import { sum } from "../../src/graph/ops/reduce.js";
import { reshape } from "../../src/graph/ops/structure.js";
import type { Tensor } from "../../src/graph/tensor.js";
import { makeBatch } from "../../src/train/batch.js";
import {
  type Grounding,
  type GroundingTerms,
  groundingRamp,
  groundingTerms,
  isGrounded,
} from "../../src/train/grounding.js";
import { objective } from "../../src/train/objective.js";
import { assertAllclose } from "../allclose.js";
import { tinyModel } from "../model/tiny.js";
import { assertSlope } from "./slope.js";
import { sourceOf, trainingConfig } from "./tiny.js";

const grounding = (terms: Partial<Grounding>): Grounding => ({
  concentration: 0,
  responsibility: 0,
  share: { object: 0.5, objectColour: 0.5, count: 0.5, hat: 0.5, hatColour: 0.5, background: 0.5 },
  effect: 0,
  pictures: "all",
  anyWord: 0.25,
  from: 0,
  ramp: 0,
  ...terms,
});
const all = grounding({ concentration: 1, responsibility: 1, effect: 1 });

/**
 * A picture of two pixels from two tokens of six numbers: each token paints one channel set into both pixels, the second
 * pixel by a gate of twice the strength.
 */
function toy(tokens: Tensor) {
  const strength = gate(constant(Float32Array.of(1, 2), [1, 1, 1, 2]));
  const painted = (t: Tensor) => multiply(reshape(t, [1, 2, 6, 1, 1]), reshape(strength, [1, 1, 1, 1, 2]));
  return painted(tokens);
}

describe("grounding terms of a picture that is the sum of two tokens", () => {
  // Token 0 has content 1 in red, token 1 content 3 in red: (R - (1-R)) / 2 of (1, 0, 0, -1, 0, 0).
  const context = input("context", [1, 2, 6]);
  const values = [1, 0, 0, -1, 0, 0, 3, 0, 0, -3, 0, 0];
  const parts = toy(context); // [1, 2, 6, 1, 2]
  const output = sumOfTokens(parts);
  const chosen = constant(Float32Array.of(1, 0), [1, 2]);
  const place = constant(Float32Array.of(0, 1), [1, 1, 1, 2]);
  const share = constant(Float32Array.of(0.8), [1, 1, 1, 1]);
  const without = () =>
    constant(
      Float32Array.from({ length: 12 }, () => 0),
      [1, 6, 1, 2],
    );
  const terms = groundingTerms({ output, context }, { chosen, place, share }, all, without);
  const value = (name: keyof GroundingTerms) => interpret([terms[name]!], { context: values })[0]![0]!;

  test("concentration is the part outside: 1 of 1 + 2", () => {
    assertAllclose([value("concentration")], [1 / 3], 1e-5);
  });

  test("responsibility is the squared lack of the share: 0.8 - 2 * 8 / 8^2", () => {
    assertAllclose([value("responsibility")], [(0.8 - 0.25) ** 2], 1e-5);
  });

  test("effect is the mean squared difference of content and effect: ((1 - 4)^2 + (2 - 8)^2) / 6", () => {
    assertAllclose([value("effect")], [45 / 6], 1e-6);
  });
});

/** [1, 2, 6, 1, 2] summed over the tokens: [1, 6, 1, 2]. */
function sumOfTokens(parts: Tensor): Tensor {
  return reshape(sum(parts, [1]), [1, 6, 1, 2]);
}

describe("a grounded objective", () => {
  const config = trainingConfig({ grounding: { concentration: 1 }, captionDropout: 0, batch: 2 });
  const source = sourceOf(config);
  const goal = objective(config.model, 2, config);
  const weights = tinyModel(config.model).weights;

  test("has gradients that are those of its loss, through the gates of the rows", async () => {
    const batch = await makeBatch(source, 1);
    const lossAt = (feeds: Feeds) => {
      const [errors, concentration] = interpret([goal.errors, goal.terms.concentration!.total], feeds);
      return (errors![0]! + errors![1]! + concentration![0]!) / 2;
    };
    // Absolute values have kinks, and a long step meets some of them.
    assertSlope(goal.parameters, { ...Object.fromEntries(weights), ...batch }, lossAt, 1e-8);
  });

  test("of one picture of two adds the gradient of that picture's terms to the plain one", async () => {
    const one = trainingConfig({ grounding: { concentration: 1, pictures: 1 }, captionDropout: 0, batch: 2 });
    const two = await makeBatch(sourceOf(one), 1);
    const single = await makeBatch(sourceOf({ ...one, batch: 1 }), 1);
    assert.equal(two.chosen!.length, single.chosen!.length);
    const gradientsOf = (demands: object, values: typeof two) =>
      interpret(
        objective(config.model, values.t.length, demands).parameters.map(({ gradient }) => gradient),
        { ...Object.fromEntries(weights), ...values },
      );
    const [both, plain] = [gradientsOf(one, two), gradientsOf({}, two)];
    const [alone, bare] = [gradientsOf(one, single), gradientsOf({}, single)];
    for (const [i, gradient] of both.entries()) {
      const sum = plain[i]!.map((value, k) => value + alone[i]![k]! - bare[i]![k]!);
      assertAllclose(gradient, sum, 1e-9);
    }
    assert.ok(alone.some((gradient, i) => gradient.some((value, k) => value !== bare[i]![k])));
  });

  test("leaves the plain one as it is where no term has a weight", async () => {
    assert.deepEqual(objective(config.model, 2, { grounding: grounding({}) }).terms, {});
    const plain = trainingConfig({ captionDropout: 0 });
    assert.equal("chosen" in (await makeBatch(sourceOf(plain), 1)), false);
  });
});

describe("the words of a batch", () => {
  const config = trainingConfig({ grounding: { effect: 1, anyWord: 0 }, batch: 24, captionDropout: 0.3 });

  test("have rows among their captions' tokens and pixels of their own; a caption that is left out has none", async () => {
    const { chosen, place, placed, spoken, mask } = await makeBatch(sourceOf(config), 1);
    for (let i = 0; i < 24; i++) {
      const own = <T extends Float32Array>(values: T, length: number) =>
        values.subarray(i * length, (i + 1) * length);
      const isDropped = own(mask, 24).every((value) => value === 0);
      const rows = own(chosen!, 24);
      assert.equal(spoken![i], isDropped ? 0 : 1);
      assert.equal(placed![i], spoken![i]);
      assert.equal(
        rows.some((value) => value === 1),
        !isDropped,
      );
      assert.ok(rows.every((value, k) => value === 0 || own(mask, 24)[k] === 1));
      assert.equal(
        own(place!, 64 * 64).some((value) => value > 0),
        !isDropped,
      );
    }
  });

  test("may be without a place where any word is asked about", async () => {
    const any = trainingConfig({ grounding: { effect: 1, anyWord: 1 }, batch: 24, captionDropout: 0 });
    const { placed, spoken } = await makeBatch(sourceOf(any), 1);
    assert.ok(spoken!.every((value) => value === 1));
    const count = placed!.filter((value) => value === 1).length;
    assert.ok(count > 0 && count < 24, `${count} of 24`);
  });

  test("are none where the thing is in another colour than its caption says", async () => {
    const data = { kind: "emoji", ownColours: 0, miscoloured: 0.6 };
    const mixed = trainingConfig({ grounding: { effect: 1 }, batch: 24, captionDropout: 0, data });
    const source = sourceOf(mixed);
    const { spoken } = await makeBatch(source, 1);
    const examples = await Promise.all(Array.from({ length: 24 }, (_, i) => source.examples(i, false)));
    const proper = examples.map(({ disguise }) => (disguise === undefined ? 1 : 0));
    assert.ok(proper.includes(0) && proper.includes(1));
    assert.deepEqual([...spoken!], proper);
  });
});

test("the terms' weight rises from a step on", () => {
  const rising = grounding({ from: 100, ramp: 50 });
  assertAllclose(
    [1, 100, 110, 150, 900].map((step) => groundingRamp(step, rising)),
    [0, 0, 0.2, 1, 1],
    1e-12,
  );
  assert.equal(groundingRamp(1, grounding({})), 1);
  assert.ok(!isGrounded(grounding({})) && isGrounded(grounding({ effect: 0.1 })));
});
