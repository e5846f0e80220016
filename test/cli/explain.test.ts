import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { decodeMaps } from "../../src/explain/map-codec.js";
import { readText } from "../../src/files/png-text.js";
import { parseAttribution } from "../../src/methods/document.js";
import { modelFolder, newFolder } from "../files/model-folder.js";
import { pellucid } from "./run.js";

const model = modelFolder();

/** Explains into a new folder and returns it with the outcome. */
async function explained(prompt: string, ...words: string[]) {
  const out = join(newFolder(), "out");
  const outcome = await pellucid("explain", prompt, "--model", model, "--steps", "2", "--out", out, ...words);
  return { ...outcome, out };
}

const documentIn = (out: string, method: string) =>
  parseAttribution(JSON.parse(readFileSync(join(out, `explanation.${method}.json`), "utf8")));

describe("pellucid explain PROMPT", () => {
  test("writes a method's figure and document, and talks on stderr", async () => {
    const { code, stdout, stderr, out } = await explained(
      "a red cat",
      "--method",
      "occlusion",
      "--seed",
      "3",
    );
    assert.equal(code, 0, stderr);
    const names = ["explanation.occlusion.json", "explanation.occlusion.png"];
    assert.deepEqual(readdirSync(out).sort(), names);
    assert.equal(stdout, `${join(out, names[1]!)}\n${join(out, names[0]!)}\n`);
    assert.match(stderr, /^"a red cat", seed 3: Occlusion\n/);
    assert.match(stderr, /sum of parts against .*: off by at most/);
    const document = documentIn(out, "occlusion");
    assert.deepEqual(
      [document.prompt, document.seed, document.step, document.cost],
      ["a red cat", 3, null, { calls: 10, passes: 10 }],
    );
    const shares = document.words.map(({ share }) => share);
    assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-6);
    assert.equal(decodeMaps(document.maps, 16 * 16).length, 3);
    assert.ok(readText(readFileSync(join(out, names[1]!))).has("parameters"));
  });

  test("--step explains one prediction, and --json prints the document alone", async () => {
    const { code, stdout, out } = await explained(
      "a red cat",
      "--method",
      "attention",
      "--step",
      "2",
      "--json",
    );
    assert.equal(code, 0);
    assert.equal(stdout, readFileSync(join(out, "explanation.attention.json"), "utf8"));
    const { step, cost, completeness } = documentIn(out, "attention");
    assert.deepEqual([step, cost, completeness], [2, { calls: 1, passes: 1 }, null]);
  });

  test("refuses what it can't explain, and writes nothing", async () => {
    for (const [words, message] of [
      [["  "], /PROMPT must have a word to explain/],
      [["a cat", "--step", "3"], /--step must be 1 to 2, the number of --steps; got 3/],
      [["a cat", "--method", "magic"], /--method must be contributions or attention or/],
    ] as const) {
      const [prompt, ...rest] = words;
      const { code, stderr, out } = await explained(prompt, ...rest);
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.throws(() => readdirSync(out), { code: "ENOENT" });
    }
  });
});
