import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { modelFolder } from "../files/model-folder.js";
import { tinyConfig } from "../model/tiny.js";
import { pellucid } from "./run.js";

describe("pellucid model info", () => {
  test("--json prints sizes and settings of a bundled model without weights", async () => {
    const { code, stdout, stderr } = await pellucid("model", "info", "vanilla", "--json");
    assert.deepEqual([code, stderr], [0, ""]);
    const { settings, flopsPerForward, ...sizes } = JSON.parse(stdout);
    assert.deepEqual(sizes, {
      name: "vanilla",
      parameters: 526_405_126,
      contextLength: 77,
      hasWeights: false,
    });
    assert.equal((flopsPerForward / 1e9).toFixed(1), "402.3");
    assert.deepEqual([settings.prediction, settings.unet.layers.kind], ["eps", "ordinary"]);
  });

  test("takes a folder, and needs no weights in it", async () => {
    const folder = modelFolder();
    const whole = JSON.parse((await pellucid("model", "info", folder, "--json")).stdout);
    rmSync(join(folder, "weights.safetensors"));
    const { code, stdout } = await pellucid("model", "info", folder, "--json");
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), { ...whole, hasWeights: false });
    const { name, ...settings } = tinyConfig();
    assert.deepEqual([whole.name, whole.settings, whole.hasWeights], [name, settings, true]);
  });

  test("says the same to people in lines", async () => {
    const { stdout } = await pellucid("model", "info", "bcos-x0");
    assert.match(stdout, /^parameters +526,199,040 \(2\.10 GB in float32\)$/m);
    assert.match(stdout, /^arithmetic +402\.2 GFLOP a forward pass: 64 x 64 pixels, 75 tokens$/m);
    assert.match(stdout, /^weights +not there: /m);
  });

  test("knows no other model, and no other action", async () => {
    for (const [words, message] of [
      [["info", "nothing"], /^pellucid: model must be the name of a bundled model .*; got nothing\n$/],
      [["sing"], /^pellucid: ACTION|info/],
    ] as const) {
      const { code, stderr } = await pellucid("model", ...words);
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
  });
});

test("a bundled model without weights cannot draw, and says what it lacks", async () => {
  const { code, stderr } = await pellucid("generate", "a cat", "--model", "bcos-x0");
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^pellucid: model bcos-x0 comes without weights; train it, or import a checkpoint with --config /,
  );
});
