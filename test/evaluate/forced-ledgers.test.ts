import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scene } from "../../src/data/scene.js";
import { CancelledError, InputError } from "../../src/errors.js";
import { forcedMaps } from "../../src/evaluate/forced-attributions.js";
import {
  type ForcedLedger,
  type ForcedLedgersRun,
  forcedLedgers,
} from "../../src/evaluate/forced-ledgers.js";
import { type ForcedCase, forcedNetwork } from "../../src/evaluate/teacher-forced.js";
import { contentShares, residual, rowAt } from "../../src/explain/relevance.js";
import { loadSprites } from "../../src/files/sprites.js";
import { compileFrozenFor } from "../../src/generate/networks.js";
import { assertAllclose } from "../allclose.js";
import { collect } from "../collect.js";
import { tinyDrawing } from "../generate/drawing.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";

const shown = scene(loadSprites(), { seed: 7, index: 0 });
const captions = ["a cat", "a red hat", "a dog", "flamingos"];
const cases = captions.map((caption, seed): ForcedCase => ({ scene: shown, caption, seed }));
const times = [200, 800];

const small = { patch: 4, channelMultipliers: [1], attentionFactors: [1] };

const runOf = async (prediction: "x0" | "eps" = "x0"): Promise<ForcedLedgersRun> => {
  const model = tinyModel(tinyConfig({ ...small, imageSize: 64 }, { prediction }));
  const { encodePrompt, compile } = await tinyDrawing("", {}, model);
  return { model, encodePrompt, compile, cases, times };
};

async function all(run: ForcedLedgersRun): Promise<ForcedLedger[]> {
  const found = await collect(forcedLedgers(run));
  return found.sort((a, b) => a.index - b.index || a.t - b.t);
}

describe("the account of a real scene's prediction", () => {
  for (const prediction of ["x0", "eps"] as const) {
    test(`adds up to what the network predicts without an account: ${prediction}`, async () => {
      const run = await runOf(prediction);
      const ledgers = await all(run);
      assert.deepEqual(
        ledgers.map(({ index, t }) => [index, t]),
        cases.flatMap((_, index) => times.map((t) => [index, t])),
      );
      const network = await forcedNetwork(run.model, run.encodePrompt, run.compile);
      for (const [k, t] of times.entries()) {
        const predicted = await network.predict(cases, t);
        predicted.forEach((picture, index) => {
          const { ledger } = ledgers[index * times.length + k]!;
          assertAllclose(ledger.image, picture, 1e-4);
          const largest = picture.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          assert.ok(residual(ledger) < 1e-4 * largest);
        });
      }
      await network.release();
    });
  }

  test("has a row per token, and one network serves all prompts of as many", async () => {
    const run = await runOf();
    let compiled = 0;
    const compile: typeof run.compile = (model) => {
      compiled += 1;
      return run.compile(model);
    };
    const ledgers = await all({ ...run, compile });
    const counts = (await Promise.all(captions.map(run.encodePrompt))).map(({ count }) => count);
    assert.equal(compiled, new Set(counts).size);
    for (const { index, ledger } of ledgers) {
      assert.equal(contentShares(ledger).length, counts[index]);
      assert.equal(ledger.sources.length, counts[index]! + 3);
    }
  });

  test("does not depend on what else is explained", async () => {
    const run = await runOf();
    const [alone] = await all({ ...run, cases: cases.slice(2, 3), times: [800] });
    const together = (await all(run)).find(({ index, t }) => index === 2 && t === 800)!;
    assert.deepEqual(alone!.ledger.rows, together.ledger.rows);
  });

  test("gives each word the content of its tokens", async () => {
    const run = { ...(await runOf()), cases: cases.slice(3), times: [200] }; // "flamin" + "gos"
    const [maps] = await collect(forcedMaps({ ...run, method: "contributions" }));
    const [explained] = await all(run);
    assert.equal(maps!.maps.length, 1);
    const tokens = [0, 1].map((row) => rowAt(explained!.ledger, row));
    const pixels = 64 * 64;
    const expected = Array.from({ length: pixels }, (_, p) =>
      [0, 1, 2].reduce((sum, c) => {
        const value = (channel: number) => tokens.reduce((part, row) => part + row[channel * pixels + p]!, 0);
        return sum + Math.abs(value(c) - value(c + 3)) / 2;
      }, 0),
    );
    assertAllclose(maps!.maps[0]!, expected, 1e-5);
  });
});

test("a network with biases is refused", async () => {
  const model = tinyModel(tinyConfig({ layers: { kind: "ordinary" } }));
  await assert.rejects(all({ ...(await runOf()), model }), InputError);
});

test("stops when it is told to, and frees its network", async () => {
  const stop = new AbortController();
  let open = 0;
  const run = await runOf();
  const compile: typeof run.compile = async (model) => {
    const executable = await run.compile(model);
    open += 1;
    return {
      ...executable,
      release: () => {
        open -= 1;
        return executable.release();
      },
    };
  };
  const ledgers = forcedLedgers({ ...run, compile, signal: stop.signal });
  await ledgers.next();
  stop.abort();
  await assert.rejects(ledgers.next(), CancelledError);
  assert.equal(open, 0);
});

test("a frozen network for two tokens takes no prompt of three", async () => {
  const { model, encodePrompt, compile } = await runOf();
  const sources = [
    { kind: "token", index: 0 },
    { kind: "token", index: 1 },
    { kind: "noise" },
    { kind: "time" },
  ] as const;
  const network = await compileFrozenFor(model, await encodePrompt("a cat"), sources, "prompt", compile);
  const longer = await encodePrompt("a red hat");
  assert.throws(() => network.run(longer), /2 tokens; got 3/);
  await network.release();
});
