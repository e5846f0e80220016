import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { decodePng } from "../../src/files/png.js";
import { modelFolder, newFolder } from "../files/model-folder.js";
import { pellucid } from "./run.js";

const model = modelFolder();

/** Makes tables of these prompts in a new folder. */
async function tablesOf(prompts: string, ...words: string[]) {
  const folder = newFolder();
  const [file, out] = [join(folder, "prompts.txt"), join(folder, "out")];
  writeFileSync(file, prompts);
  const common = ["--steps", "2", "--prompts", file, "--out", out, ...words];
  return { ...(await pellucid("evaluate", "tables", model, ...common)), out };
}

describe("pellucid evaluate tables", () => {
  test("writes a picture, a table and the same figures as JSON", async () => {
    const { code, stdout, stderr, out } = await tablesOf("a cat\n\n a cat \r\na\n", "--json");
    assert.equal(code, 0, stderr);
    const { metrics, settings } = JSON.parse(stdout);
    assert.deepEqual([settings.count, settings.steps, settings.tokens], [3, 2, 100]);
    assert.deepEqual([metrics["relevance.eq8.a"].n, metrics["relevance.eq8.cat"].n], [3, 2]);
    const written = JSON.parse(readFileSync(join(out, "tables.json"), "utf8"));
    assert.deepEqual([written.metrics, written.settings], [metrics, settings]);
    const [header, ...rows] = readFileSync(join(out, "tables.csv"), "utf8").trimEnd().split("\n");
    assert.match(header!, /^token,id,occurrences,prompts,eq8,/);
    assert.deepEqual(rows.map((row) => row.split(",")[0]).sort(), ["a", "cat"]);
    const { width } = await decodePng(readFileSync(join(out, "tables.png")));
    assert.ok(width > 100);
  });

  test("gives a prompt's only token everything, which correlates with nothing", async () => {
    const { stdout, out } = await tablesOf("cat\ngoat\n", "--count", "1");
    assert.match(stdout, /^relevance\.eq8\.cat +1\.00 +n = 1\nrelevance\.content\.cat +1\.00 +n = 1\n/);
    assert.ok(stdout.endsWith(`${join(out, "tables.json")}\n`));
  });

  test("says what is wrong with prompts, and writes nothing", async () => {
    for (const [prompts, words, message] of [
      ["\n", [], /prompts\.txt must hold at least 1 prompts, one a line; got 0/],
      ["a cat", ["--count", "2"], /must hold 2 prompts, one a line; got 1; add some or lower --count/],
      ["a cat", ["--prompts", "nowhere.txt"], /nowhere\.txt/],
      ["one two three four five six seven eight nine", [], /at most 8 tokens; got 9/],
    ] as const) {
      const { code, stdout, stderr, out } = await tablesOf(prompts, ...words);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, message);
      assert.ok(!existsSync(out));
    }
    assert.equal((await tablesOf("a cat", "--tokens", "0")).code, 2);
  });

  test("has help of its own, which evaluate's names", async () => {
    assert.match((await pellucid("evaluate", "tables", "--help")).stdout, /--prompts FILE/);
    const { stdout } = await pellucid("help", "evaluate");
    assert.match(stdout, /account\|deletion/);
    assert.match(stdout, /evaluate tables/);
    assert.equal((await pellucid("help", "evaluate", "account")).stdout, stdout);
    assert.equal((await pellucid("help", "evaluate", "acount")).code, 2);
  });
});
