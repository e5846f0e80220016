import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { decodeMaps } from "../../src/explain/map-codec.js";
import { parseExplanation } from "../../src/explain/schema.js";
import { decodePng } from "../../src/files/png.js";
import { readText } from "../../src/files/png-text.js";
import { parseAttribution } from "../../src/methods/document.js";
import { assertAllclose } from "../allclose.js";
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

/** The document and the folder of a picture that is there. */
async function generated() {
  const out = join(newFolder(), "out");
  const words = [
    "generate",
    "a red cat",
    "--model",
    model,
    "--steps",
    "3",
    "--out",
    out,
    "--counterfactuals",
  ];
  const { code, stderr } = await pellucid(...words);
  assert.equal(code, 0, stderr);
  return { out, document: parseExplanation(JSON.parse(readFileSync(join(out, "explanation.json"), "utf8"))) };
}

describe("pellucid explain FILE", () => {
  test("--region ranks the words; the whole picture is ranked by content", async () => {
    const { out, document } = await generated();
    for (const file of ["explanation.json", "image.png"]) {
      const { code, stdout } = await pellucid("explain", join(out, file), "--region", "0,0,16,16", "--json");
      assert.equal(code, 0);
      const { words } = JSON.parse(stdout).region;
      const expected = document.words
        .map(({ text, relevance }) => ({ text, content: relevance.content }))
        .sort((a, b) => b.content - a.content);
      assert.deepEqual(
        words.map(({ text }: { text: string }) => text),
        expected.map(({ text }) => text),
      );
      assertAllclose(
        words.map(({ share }: { share: number }) => share),
        expected.map(({ content }) => content),
        0.01,
      );
    }
    const shown = await pellucid("explain", join(out, "image.png"), "--region", "4,4,2,2");
    assert.equal(shown.stdout.split("\n").length, 4);
  });

  test("--per-step shows a row per word; the last step's shares are the picture's", async () => {
    const { out, document } = await generated();
    const { code, stdout } = await pellucid("explain", join(out, "explanation.json"), "--per-step");
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^a {6}.{3} +0\.\d{4}\nred {4}.{3} +0\.\d{4}\ncat {4}.{3} +0\.\d{4}\nt {6}999 to \d+, 3 steps;/,
    );
    assert.deepEqual(
      document.steps!.at(-1)!.share,
      document.words.map(({ relevance }) => relevance.content),
    );
  });

  test("generate --counterfactuals: a picture without each word, and its distance in the document", async () => {
    const { out, document } = await generated();
    const picture = (await decodePng(readFileSync(join(out, "image.png")))).data;
    for (const [word, { counterfactual }] of document.words.entries()) {
      const without = (await decodePng(readFileSync(join(out, `without-${word}.png`)))).data;
      const squares = picture.reduce((sum, value, i) => sum + ((value - without[i]!) / 255) ** 2, 0);
      // A quarter of the values is opacity, which is the same.
      assert.ok(Math.abs(Math.sqrt(squares / (3 * 256)) - counterfactual!.distance) < 0.005);
      assert.ok(counterfactual!.distance > 0);
    }
  });

  test("says what is missing, and the cure", async () => {
    const { out, document } = await generated();
    const path = join(out, "explanation.json");
    for (const [words, code, message] of [
      [[path, "--region", "8,8,9,1"], 2, /within the 16 x 16 picture; got "8,8,9,1"/],
      [[path, "--region", "8"], 2, /a region must be x,y,w,h/],
      [[path, "--region", "0,0,1,1", "--method", "random"], 2, /leave out --method/],
      [[join(out, "none.json"), "--per-step"], 1, /cannot read .*none\.json/],
      [[join(out, "without-0.png"), "--per-step"], 1, /this PNG file has no explanation/],
    ] as const) {
      const result = await pellucid("explain", ...words);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
    }
    const { magnitudes: _m, steps: _s, ...older } = document;
    writeFileSync(path, JSON.stringify(older));
    for (const question of [["--region", "0,0,1,1"], ["--per-step"]]) {
      const { code, stderr } = await pellucid("explain", path, ...question);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /earlier version: make the picture again \(pellucid generate "a red cat" --seed 0/,
      );
    }
  });
});

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
