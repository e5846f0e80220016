import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sixChannels } from "../../src/data/six-channels.js";
import { OBJECTS } from "../../src/data/vocabulary.js";
import { CancelledError } from "../../src/errors.js";
import { denoisingMetrics } from "../../src/evaluate/denoising.js";
import { type ForcedCase, maskedError } from "../../src/evaluate/teacher-forced.js";
import { loadSprites } from "../../src/files/sprites.js";
import { assertAllclose } from "../allclose.js";

const sprites = loadSprites();
const named = (caption: string) => OBJECTS.filter((object) => caption.includes(object));

/** A network whose picture is off by 0.1, and by 0.3 where the caption names another object. */
const literal = {
  predict: async (cases: readonly ForcedCase[], t: number) =>
    cases.map(({ scene, caption }) => {
      const misled = !named(caption).includes(scene.attributes.object);
      return sixChannels(scene.rgb).map((value) => value + (misled ? 0.3 : 0.1) + t / 1e4);
    }),
  release: async () => {},
};

describe("denoising", () => {
  test("finds the error at each time, and what a wrong name adds", async () => {
    const metrics = await denoisingMetrics({ network: literal, sprites, count: 12 });
    for (const t of [100, 300, 500, 700, 900]) {
      const error = metrics[`error.t${t}`]!;
      assertAllclose([error.value, error.low, error.high], new Array(3).fill((0.1 + t / 1e4) ** 2), 1e-4);
      const added = (0.3 + t / 1e4) ** 2 - (0.1 + t / 1e4) ** 2;
      assertAllclose([metrics[`wrongObject.t${t}`]!.value], [added], 1e-4);
    }
    const squares = [0.11, 0.13, 0.15, 0.17, 0.19].map((error) => error ** 2);
    assertAllclose([metrics["error.mean"]!.value], [squares.reduce((a, b) => a + b) / 5], 1e-4);
  });

  test("asks for one wrong object each time, and for the same one in every run", async () => {
    const asked: string[][] = [[], []];
    for (const captions of asked) {
      const predict = async (cases: readonly ForcedCase[]) => {
        captions.push(...cases.map(({ caption }) => caption));
        return literal.predict(cases, 0);
      };
      await denoisingMetrics({ network: { ...literal, predict }, sprites, count: 20 });
    }
    assert.deepEqual(asked[0], asked[1]);
    for (const caption of asked[0]!) assert.equal(named(caption).length, 1, caption);
  });

  test("stops when it is told to", async () => {
    const run = { network: literal, sprites, count: 2, signal: AbortSignal.abort() };
    await assert.rejects(denoisingMetrics(run), CancelledError);
  });
});

test("a masked error is the mean over the channels of the weighted pixels", () => {
  // Two channels of three pixels; squared differences 1, 4, 9 and 0, 16, 0; weights 0, 255, 85.
  const a = Float32Array.of(1, 2, 3, 0, 4, 0);
  assertAllclose([maskedError(a, new Float32Array(6), [0, 255, 85])], [(255 * 20 + 85 * 9) / 340 / 2], 1e-12);
});
