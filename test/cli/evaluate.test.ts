import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { modelFolder } from "../files/model-folder.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";
import { pellucid } from "./run.js";

const unet = { imageSize: 64, patch: 4, channelMultipliers: [1], attentionFactors: [1] };
const text = { text: { vectors: "random", maxTokens: 24 } } as const;
const model = modelFolder(tinyModel(tinyConfig(unet, text)));
const ordinary = modelFolder(tinyModel(tinyConfig({ ...unet, layers: { kind: "ordinary" } }, text)));

type Measured = {
  metrics: Record<string, { value: number; low: number; high: number; n: number }>;
  settings: Record<string, unknown>;
};

const measured = (what: string, count: number, ...more: string[]): Promise<Measured> =>
  measuredOf(model, what, count, ...more);

async function measuredOf(folder: string, what: string, count: number, ...more: string[]): Promise<Measured> {
  const words = ["--count", String(count), "--steps", "1", "--threads", "1", "--json", "--quiet", ...more];
  const { code, stdout, stderr } = await pellucid("evaluate", what, folder, ...words);
  assert.deepEqual([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

describe("pellucid evaluate prints figures with intervals and settings", () => {
  for (const [what, count, names] of [
    ["account", 2, ["residual.max", "mass.tokens", "relevance.object", "relevance.function"]],
    ["denoising", 1, ["error.mean", "wrongObject.t900"]],
    ["localisation", 4, ["localisation.one.t200", "localisation.two.t800", "responsibility.object"]],
    [
      "grid",
      1,
      [
        "grid2x2.contributions.raw",
        "grid3x3.contributions.excess",
        "grid3x3.contributions.lead.t800",
        "grid3x3.observer.t950",
      ],
    ],
    [
      "faithfulness",
      1,
      ["deletion.auc.contributions", "completeness.contributions.t200", "sparseness.contributions"],
    ],
    ["deletion", 1, ["deletion.rank.t200", "deletion.rank.t950", "deletion.mismatch"]],
    [
      "quality",
      5,
      [
        "accuracy.object",
        "accuracy.all",
        "heldOut.accuracy.background",
        "frechet",
        "frechet.floor",
        "kernel",
        "nearestSprite.median",
        "heldOut.frechet",
        "heldOut.kernel.floor",
        "residual.max",
        "deletion.mismatch",
      ],
    ],
  ] as const) {
    test(what, async () => {
      const { metrics, settings } = await measured(what, count);
      for (const name of names) assert.ok(name in metrics, `${name} of ${Object.keys(metrics)}`);
      for (const [name, { value, low, high, n }] of Object.entries(metrics)) {
        assert.ok([value, low, high].every(Number.isFinite), name);
        assert.ok(low <= value && value <= high && n >= 1, `${name}: ${low} ${value} ${high} ${n}`);
      }
      assert.equal(settings.count, count);
      assert.match(String(settings.digest), /^[0-9a-f]{64}$/);
    });
  }

  test("quality: of ordinary layers the pictures alone, which have no account", async () => {
    const names = Object.keys((await measured("quality", 2)).metrics);
    const found = Object.keys((await measuredOf(ordinary, "quality", 2)).metrics);
    assert.deepEqual(
      found,
      names.filter((name) => /accuracy|frechet|kernel|nearestSprite/.test(name)),
    );
  });

  test("the same ones when it is run again", async () => {
    assert.deepEqual(await measured("deletion", 1), await measured("deletion", 1));
  });

  test("the same ones on one core and on two, where pieces of work are done beside each other", async () => {
    for (const [what, count] of [
      ["quality", 5],
      ["neglect", 10],
    ] as const) {
      assert.deepEqual(await measured(what, count, "--threads", "2"), await measured(what, count), what);
    }
  });

  test("any method's maps of the same scenes, named in the settings", async () => {
    const centre = await measured("localisation", 1, "--method", "centre");
    const ours = await measured("localisation", 1);
    assert.deepEqual(Object.keys(centre.metrics), Object.keys(ours.metrics));
    assert.deepEqual([centre.settings.method, ours.settings.method], ["centre", "contributions"]);
    assert.notDeepEqual(centre.metrics, ours.metrics);
  });

  test("refuses what it cannot measure, in one line", async () => {
    for (const [words, message] of [
      [
        ["beauty", model],
        /must be account or .*, or one with options of its own, explanations or neglect or .*tables or shares or figure2 .*"beauty"/,
      ],
      [["figur5", model], /"figur5"; did you mean "figure5"\?/],
      [["account", model, "--count", "0"], /count/],
      [["account", model, "--method", "centre"], /--method goes with faithfulness or grid or localisation/],
      [["grid", model, "--method", "shapley", "--count", "1"], /at most 8 words/],
    ] as const) {
      const { code, stdout, stderr } = await pellucid("evaluate", ...words);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
      assert.match(stderr, /^pellucid: [^\n]*\n/);
    }
  });
});
