import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scene } from "../../src/data/scene.js";
import { CancelledError, InputError, UsageError } from "../../src/errors.js";
import { type ForcedRun, forcedAttributions, forcedMaps } from "../../src/evaluate/forced-attributions.js";
import { loadSprites } from "../../src/files/sprites.js";
import { assertAllclose } from "../allclose.js";
import { collect } from "../collect.js";
import { tinyDrawing } from "../generate/drawing.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";

const small = { patch: 4, channelMultipliers: [1], attentionFactors: [1], imageSize: 64 };
const cases = ["a cat", "a red hat", "a dog"].map((caption, seed) => ({
  scene: scene(loadSprites(), { seed: 7, index: seed }),
  caption,
  seed,
}));

async function runOf(method: ForcedRun["method"], rest: Partial<ForcedRun> = {}): Promise<ForcedRun> {
  const model = tinyModel(tinyConfig(small));
  const { encodePrompt, compile } = await tinyDrawing("", {}, model);
  return { model, encodePrompt, compile, method, cases, times: [200, 800], ...rest };
}

describe("any method on a real scene's prediction", () => {
  test("every case at every time, long captions first, with a map for each word", async () => {
    const found = await collect(forcedMaps(await runOf("attention")));
    assert.deepEqual(
      found.map(({ index, t, maps }) => [index, t, maps.length]),
      [
        [1, 200, 3],
        [1, 800, 3],
        [0, 200, 2],
        [0, 800, 2],
        [2, 200, 2],
        [2, 800, 2],
      ],
    );
  });

  test("methods explain one and the same prediction: what they add up to is the picture", async () => {
    const one = { cases: cases.slice(0, 1), times: [500] };
    const [occlusion] = await collect(forcedAttributions(await runOf("occlusion", one)));
    const [shapley] = await collect(forcedAttributions(await runOf("shapley", one)));
    assertAllclose(occlusion!.attribution.account!.whole, shapley!.attribution.account!.whole, 1e-6);
    assert.deepEqual(occlusion!.subject.xT, shapley!.subject.xT);
  });

  test("what a case gets does not depend on the others", async () => {
    const [alone] = await collect(
      forcedMaps(await runOf("gradient", { cases: cases.slice(2), times: [800] })),
    );
    const together = await collect(forcedMaps(await runOf("gradient")));
    assert.deepEqual(alone!.maps, together.find(({ index, t }) => index === 2 && t === 800)!.maps);
  });

  test("refuses what the method cannot explain, before it has worked", async () => {
    const ordinary = tinyModel(tinyConfig({ ...small, layers: { kind: "ordinary" } }));
    await assert.rejects(collect(forcedMaps(await runOf("contributions", { model: ordinary }))), InputError);
    const roomy = tinyModel(tinyConfig(small, { text: { vectors: "random", maxTokens: 12 } }));
    const { encodePrompt } = await tinyDrawing("", {}, roomy);
    const long = { ...cases[0]!, caption: "a cat and a dog and a goat too" };
    const found = forcedMaps(await runOf("shapley", { model: roomy, encodePrompt, cases: [...cases, long] }));
    await assert.rejects(found.next(), UsageError);
  });

  test("stops when it is told to", async () => {
    const stop = new AbortController();
    const found = forcedMaps(await runOf("attention", { signal: stop.signal }));
    await found.next();
    stop.abort();
    await assert.rejects(found.next(), CancelledError);
  });
});
