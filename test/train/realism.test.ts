import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { remembering } from "../../src/bcos/parameters.js";
import { headOffsets } from "../../src/classifier/labels.js";
import { UsageError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradient.js";
import { type Feeds, interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { collectParameters, initialWeights } from "../../src/model/weights.js";
import { makeBatch } from "../../src/train/batch.js";
import { CRITIC } from "../../src/train/critic.js";
import { objective } from "../../src/train/objective.js";
import { realismTerms } from "../../src/train/realism.js";
import { averagesOf, initialState, stateFor } from "../../src/train/state.js";
import { assertAllclose } from "../allclose.js";
import { direction, dot } from "../graph/derivatives.js";
import { tinyModel } from "../model/tiny.js";
import { assertSlope } from "./slope.js";
import { freshReaders, sourceOf, trainingConfig } from "./tiny.js";

const isCritics = ({ name }: { readonly name: string }) => name.startsWith(`${CRITIC}.`);

describe("the terms of realism", () => {
  const shape = [2, 3, 4, 4] as const;
  const maps = { predicted: [input("predicted", shape)], drawn: [input("drawn", shape)] };
  const seen = input("seen", [2, headOffsets.total]);
  const { network: terms, parameters } = collectParameters((parameter) =>
    realismTerms(remembering(parameter), maps, seen),
  );
  const feeds = {
    predicted: direction(1, 96),
    drawn: direction(2, 96),
    seen: direction(3, 2 * headOffsets.total),
    ...Object.fromEntries(initialWeights(parameters, 4)),
  };
  const valuesAt = (change: object = {}) =>
    interpret([terms.plainness, terms.mistaken], { ...feeds, ...change }).map(([value]) => value!);
  const slopes = (of: keyof typeof terms) =>
    interpret(gradients(terms[of], [...maps.predicted, ...parameters.map(({ tensor }) => tensor)]), feeds);

  test("are 0 and 2 a picture for a critic that says 0 of everything", () => {
    const nothing = Object.fromEntries(
      parameters.map(({ name }) => [name, new Float32Array(feeds[name as keyof typeof feeds].length)]),
    );
    const [plainness, mistaken] = valuesAt(nothing);
    assertAllclose([plainness!, mistaken!], [0, 4], 1e-12); // two pictures
  });

  test("punish the critic alone for what it mistakes, and the prediction alone for what looks predicted", () => {
    const moves = (values: readonly Float64Array[]) =>
      values.map((each) => each.some((value) => value !== 0));
    const [ofPicture, ...ofCritic] = moves(slopes("plainness"));
    assert.equal(ofPicture, true);
    assert.ok(ofCritic.every((moved) => !moved));
    const [picture, ...critic] = moves(slopes("mistaken"));
    assert.equal(picture, false);
    // where the critic is sure of nothing, the last bias is pushed as much up as down
    const still = parameters.filter((_, i) => !critic[i]).map(({ name }) => name);
    assert.deepEqual(still, ["critic.at4.score.bias"]);
  });

  test("have the gradients of their values", () => {
    const along = direction(7, 96);
    const h = 1e-6;
    const moved = (step: number) => ({
      predicted: feeds.predicted.map((value, i) => value + step * along[i]!),
    });
    const slope = (valuesAt(moved(h))[0]! - valuesAt(moved(-h))[0]!) / (2 * h);
    assertAllclose([slope], [dot(along, slopes("plainness")[0]!)], 1e-6);
  });
});

describe("an objective with realism", () => {
  const config = trainingConfig({ realism: 0.5, captionDropout: 0 });
  const goal = objective(config.model, 2, { ...config, readers: freshReaders });

  test("has a critic whose gradients are those of what it mistakes, at the weight of the setting", async () => {
    const batch = await makeBatch(sourceOf(config), 1);
    const critics = goal.parameters.filter(isCritics);
    const start = initialWeights(critics, 3);
    const weights = { ...Object.fromEntries(tinyModel(config.model).weights), ...Object.fromEntries(start) };
    const mistakenAt = (feeds: Feeds) => (0.5 * interpret([goal.terms.critic!.total], feeds)[0]![0]!) / 2;
    assertSlope(critics, { ...weights, ...batch }, mistakenAt, 1e-5);
  });

  test("is refused for networks that predict noise, and for pictures in shards", () => {
    const model = { ...trainingConfig().model, prediction: "eps" };
    const refused = (change: object, message: RegExp) =>
      assert.throws(
        () => trainingConfig({ realism: 0.1, ...change }),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    refused({ model }, /realism .* got prediction "eps"/);
    refused({ data: { kind: "shards", path: "x" } }, /realism takes masks/);
  });

  test("keeps its critic with the run and out of the model", () => {
    const state = initialState(goal.parameters, 1);
    const kept = averagesOf(state).map(({ name }) => name);
    assert.deepEqual(
      kept,
      goal.parameters.filter((parameter) => !isCritics(parameter)).map(({ name }) => name),
    );
    assert.ok(kept.length < state.parameters.length);
  });

  test("can begin in the middle of a run, and end", () => {
    const without = objective(config.model, 2, {}).parameters;
    const before = { ...initialState(without, 1), step: 7 };
    const begun = stateFor(goal.parameters, before, 5);
    assert.equal(begun.step, 7);
    assert.deepEqual(
      begun.parameters.map(({ name }) => name),
      goal.parameters.map(({ name }) => name),
    );
    assert.deepEqual(stateFor(without, begun, 5), before);
    const fresh = initialState(goal.parameters, 5).parameters.filter(isCritics);
    assert.deepEqual(begun.parameters.filter(isCritics), fresh);
  });
});
