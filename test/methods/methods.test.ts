import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancelledError, InputError, UsageError } from "../../src/errors.js";
import { contentMagnitude } from "../../src/explain/maps.js";
import { type Drawing, explainingArtist, lastStep, plainArtist } from "../../src/generate/draw.js";
import { flopsOf } from "../../src/graph/flops.js";
import { completenessError } from "../../src/methods/completeness.js";
import type { Attribution, Subject } from "../../src/methods/method.js";
import { METHOD_NAMES, METHODS, type MethodName } from "../../src/methods/methods.js";
import { openPainter } from "../../src/methods/painter.js";
import { playersOf } from "../../src/methods/players.js";
import { finishedPicture, prediction } from "../../src/methods/subject.js";
import { attentionGraph, tangentGraph } from "../../src/model/attribution-graphs.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import { assertAllclose } from "../allclose.js";
import { clipConfig, openClip } from "../clip/small.js";
import { tinyDrawing } from "../generate/drawing.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";

const pixels = 16 * 16;

/** A model of one level: quick to compile, and all kinds of layers in it. */
const small = (unet: Parameters<typeof tinyConfig>[0] = {}, rest: Parameters<typeof tinyConfig>[1] = {}) =>
  tinyModel(tinyConfig({ channelMultipliers: [1], attentionFactors: [1], ...unet }, rest));

/** One attribution of a method that is made ready for it alone. */
async function attribute(name: MethodName, drawing: Drawing, subject: Subject): Promise<Attribution> {
  const explainer = await METHODS[name].open(drawing);
  try {
    return await explainer.explain(subject);
  } finally {
    await explainer.release();
  }
}

const firstPrediction = (drawing: Drawing, seed = 3): Subject =>
  prediction(drawing, { ...finishedPicture(drawing, seed), x: finishedPicture(drawing, seed).xT, t: 700 });

const partsOf = ({ account }: Attribution): readonly Float32Array[] => {
  assert.ok(account !== undefined);
  return account.parts;
};

describe("every method", () => {
  for (const name of METHOD_NAMES) {
    test(`${name}: a finite map per word that is not negative; of its part, where it gives one`, async () => {
      const drawing = await tinyDrawing("a red flamingo", { steps: 2, guidance: 2 }, small()); // "flamin" + "go"
      const { maps, account } = await attribute(name, drawing, finishedPicture(drawing, 3));
      assert.equal(maps.length, 3);
      for (const map of maps) {
        assert.equal(map.length, pixels);
        assert.ok(
          map.every((value) => Number.isFinite(value) && value >= 0) && map.some((value) => value > 0),
        );
      }
      assert.equal(account === undefined, METHODS[name].completeness === undefined);
      account?.parts.forEach((part, word) => {
        assert.deepEqual(contentMagnitude(part), maps[word]);
      });
    });
  }

  test("takes start, end and padding as players of their own, after the words", async () => {
    const drawing = await tinyDrawing("a cat", { steps: 1 }, tinyModel(clipConfig()), openClip);
    for (const name of ["contributions", "attention", "gradient", "occlusion", "shapley"] as const) {
      const { maps } = await attribute(name, drawing, finishedPicture(drawing, 3));
      assert.equal(maps.length, 5, name);
    }
  });

  test("stops when it is told to, and takes no prompt of another layout", async () => {
    const drawing = await tinyDrawing("a cat", {}, small());
    const subject = finishedPicture(drawing, 3);
    const longer = await drawing.encodePrompt("a red cat");
    for (const name of METHOD_NAMES.slice(0, 6)) {
      const { explain, release } = await METHODS[name].open(drawing);
      await assert.rejects(explain({ ...subject, signal: AbortSignal.abort() }), CancelledError, name);
      await assert.rejects(explain({ ...subject, prompt: longer }), /takes prompts of 2 tokens; got 3/, name);
      await release();
    }
  });

  test("but the account explains networks with biases too", async () => {
    const model = small({ layers: { kind: "ordinary" } });
    const drawing = await tinyDrawing("a cat", { steps: 1 }, model);
    for (const name of ["attention", "gradient", "occlusion", "shapley"] as const) {
      assert.equal((await attribute(name, drawing, finishedPicture(drawing, 3))).maps.length, 2);
    }
    await assert.rejects(METHODS.contributions.open(drawing), InputError);
  });
});

test("contributions of a run are the rows of its ledger, and lack nothing", async () => {
  const drawing = await tinyDrawing("a red cat", { guidance: 3 });
  const { account } = await attribute("contributions", drawing, finishedPicture(drawing, 5));
  const artist = await explainingArtist(drawing);
  const { rows } = await lastStep(artist.draw(5));
  await artist.release();
  account!.parts.forEach((part, word) => {
    assertAllclose(part, rows.subarray(word * part.length, (word + 1) * part.length));
  });
  assert.ok(completenessError(account!.parts, account!.whole).largest < 1e-5);
});

describe("attention", () => {
  test("adds up to 1 in every pixel, over all heads, layers, steps and tokens", async () => {
    const drawing = await tinyDrawing("a red flamingo", { steps: 3 }, small());
    const { maps } = await attribute("attention", drawing, finishedPicture(drawing, 3));
    for (let i = 0; i < pixels; i++) {
      const sum = maps.reduce((total, map) => total + map[i]!, 0);
      assert.ok(Math.abs(sum - 1) < 1e-5);
    }
  });

  test("of a run is the mean of its steps' own", async () => {
    const drawing = await tinyDrawing("a red cat", { steps: 2 }, small());
    const run = finishedPicture(drawing, 3);
    const artist = await plainArtist(drawing);
    const steps = [run.xT];
    for await (const { x } of artist.draw(3)) steps.push(x);
    await artist.release();
    const each = await Promise.all(
      run.steps.map(({ t }, k) =>
        attribute("attention", drawing, prediction(drawing, { x: steps[k]!, t, seed: 3 })),
      ),
    );
    const { maps } = await attribute("attention", drawing, run);
    maps.forEach((map, word) => {
      assertAllclose(
        map,
        each[0]!.maps[word]!.map((value, i) => (value + each[1]!.maps[word]![i]!) / 2),
        1e-5,
      );
    });
  });

  test("comes out of the network without changing it", () => {
    const config = tinyConfig();
    const { outputs, layers } = attentionGraph(config, 3);
    assert.equal(layers.length, 7); // three on the way down and in the middle, four on the way up
    assert.equal(flopsOf(Object.values(outputs)), flopsOf(Object.values(denoiseGraph(config, 1, 3).outputs)));
  });
});

describe("gradient x input", () => {
  const differences = async (drawing: Drawing, subject: Subject) => {
    const [gradient, painter] = [await attribute("gradient", drawing, subject), await openPainter(drawing)];
    const h = 0.002;
    const { vectors, tokens } = subject.prompt;
    const width = vectors.length / tokens.length;
    const moved = (factor: number) => ({
      ...subject,
      prompt: { ...subject.prompt, vectors: vectors.map((value, i) => (i < width ? factor * value : value)) },
    });
    const players = playersOf(subject.prompt);
    const [more, less] = [
      await painter.paint(moved(1 + h), players),
      await painter.paint(moved(1 - h), players),
    ];
    await painter.release();
    return {
      gradient: partsOf(gradient)[0]!,
      expected: more.map((value, i) => (value - less[i]!) / (2 * h)),
    };
  };

  // Positions are part of a vector, so that they have to be 0 for the fed vector to be all of it.
  const withoutPositions = (model = small()) => {
    const positions = new Float32Array(model.weights.get("text.positions")!.length);
    return { ...model, weights: new Map(model.weights).set("text.positions", positions) };
  };

  for (const [what, model] of [
    ["of B-cos layers", tinyModel()],
    ["of ordinary layers", small({ layers: { kind: "ordinary" } })],
    ["that predicts noise", small({}, { prediction: "eps" })],
  ] as const) {
    test(`is the finite difference of the picture along the word's vector: a network ${what}`, async () => {
      const drawing = await tinyDrawing("red cat", {}, withoutPositions(model));
      const { gradient, expected } = await differences(drawing, firstPrediction(drawing));
      assertAllclose(gradient, expected, 0.02);
    });
  }

  test("follows the whole run, with guidance too", async () => {
    const drawing = await tinyDrawing("red cat", { steps: 2, guidance: 2 }, withoutPositions());
    const { gradient, expected } = await differences(drawing, finishedPicture(drawing, 3));
    assertAllclose(gradient, expected, 0.03);
  });

  test("differs from the contributions, which hold the gates", async () => {
    const drawing = await tinyDrawing("red cat", {}, small());
    const subject = firstPrediction(drawing);
    const [live, frozen] = [
      await attribute("gradient", drawing, subject),
      await attribute("contributions", drawing, subject),
    ];
    assert.throws(() => assertAllclose(partsOf(live)[0]!, partsOf(frozen)[0]!, 0.1));
  });
});

test("integrated gradients add up to the picture less that of no word, short of 50 steps' width", async () => {
  const drawing = await tinyDrawing("a red cat", { guidance: 2 }, small());
  const subject = firstPrediction(drawing);
  const { account } = await attribute("integrated-gradients", drawing, subject);
  assert.ok(completenessError(account!.parts, account!.whole).relative! < 0.01);
  const single = await attribute("gradient", drawing, subject);
  assert.ok(completenessError(single.account!.parts, single.account!.whole).relative! > 0.1);
});

test("Shapley values add up to the picture less that of no word, over a whole run too", async () => {
  const drawing = await tinyDrawing("a red cat", { steps: 2 }, small());
  for (const subject of [firstPrediction(drawing), finishedPicture(drawing, 3)]) {
    const { account } = await attribute("shapley", drawing, subject);
    assert.ok(completenessError(account!.parts, account!.whole).relative! < 1e-5);
  }
});

test("of a prompt of one word, occlusion and Shapley value are the same", async () => {
  const drawing = await tinyDrawing("cat", {}, small());
  const subject = firstPrediction(drawing);
  assert.deepEqual(
    partsOf(await attribute("occlusion", drawing, subject)),
    partsOf(await attribute("shapley", drawing, subject)),
  );
});

test("a word that is not there does nothing: no tokens, no vector", async () => {
  const drawing = await tinyDrawing("red cat", {}, small());
  const painter = await openPainter(drawing);
  const subject = firstPrediction(drawing);
  const [red, cat] = playersOf(subject.prompt);
  assert.deepEqual(
    await painter.paint(subject, [cat!, { tokens: [] }]),
    await painter.paint(subject, [cat!]),
  );
  const other = await drawing.encodePrompt("blue cat");
  assert.deepEqual(
    await painter.paint({ ...subject, prompt: other }, [cat!]),
    await painter.paint(subject, [cat!]),
  );
  assert.notDeepEqual(await painter.paint(subject, [red!, cat!]), await painter.paint(subject, [cat!]));
  await painter.release();
});

test("all words masked are no prompt", async () => {
  const drawing = await tinyDrawing("a red cat", { steps: 2 }, small());
  const painter = await openPainter(drawing);
  const masked = await painter.paint(finishedPicture(drawing, 3), []);
  await painter.release();
  const empty = await plainArtist(await tinyDrawing("", { steps: 2 }, small()));
  assertAllclose(masked, (await lastStep(empty.draw(3))).x, 1e-5);
  await empty.release();
});

test("exact Shapley values are refused for more words than eight, with a cure", async () => {
  const config = tinyConfig({}, { text: { vectors: "random", maxTokens: 12 } });
  const drawing = await tinyDrawing("a cat and a dog and a bee and", {}, tinyModel(config));
  await assert.rejects(METHODS.shapley.open(drawing), {
    name: UsageError.name,
    message: /at most 8 words; got 9; shorten it, or use integrated-gradients/,
  });
});

describe("controls", () => {
  test("random: another map for every word and seed, the same for the same", async () => {
    const drawing = await tinyDrawing("a cat", {}, small());
    const at = (seed: number) => attribute("random", drawing, finishedPicture(drawing, seed));
    const [{ maps }, again, other] = [await at(1), await at(1), await at(2)];
    assert.deepEqual(maps, again.maps);
    assert.notDeepEqual(maps[0], maps[1]);
    assert.notDeepEqual(maps, other.maps);
  });

  test("centre: highest in the middle, and alike on all sides", async () => {
    const drawing = await tinyDrawing("a cat", {}, small());
    const { maps } = await attribute("centre", drawing, finishedPicture(drawing, 1));
    const map = Array.from(maps[0]!);
    assert.deepEqual(map, map.toReversed());
    assert.equal(map.indexOf(Math.max(...map)), 7 * 16 + 7);
  });
});

test("a pass is a pass: the derivative along a row costs no more than half as much again", () => {
  const config = tinyConfig({ modelChannels: 32, contextWidth: 64 });
  const plain = flopsOf(Object.values(denoiseGraph(config, 1, 8).outputs));
  const plan = { rows: 8, tokenRows: [0, 1, 2, 3, 4, 5, 6, 7] };
  const tangents = flopsOf(Object.values(tangentGraph(config, plan).outputs));
  assert.ok(tangents < 1.5 * (1 + 8) * plain, `${tangents / plain} passes`);
});
