import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import sharp from "sharp";
import { pellucid, stoppedBy } from "../cli/run.js";
import { startImageServer } from "./image-server.js";
import { laionParquet, newFolder, put } from "./laion-files.js";
import { digests, shardFiles } from "./shard-files.js";

/** Told about each request for a numbered image. */
let onRequest = () => {};
const server = await startImageServer(() => {
  onRequest();
  return 0;
});
after(server.close);

const fast =
  "--allow-private --timeout 60 --pause 0.001 --retries 2 --longest-pause 1 --max-megapixels 0.07".split(" ");

const selectionOf = (urls: readonly string[]): string =>
  put(
    newFolder(),
    "selection.parquet",
    laionParquet(urls.map((url, i) => ({ url, text: `caption ${i} – é`, similarity: 0.3 }))),
  );

const download = (selection: string, out: string, ...words: string[]) =>
  pellucid("data", "laion", "download", selection, "--out", out, ...fast, ...words);

const numbers = Array.from({ length: 25 }, (_, n) => server.url(`/image/${n}`));
const good = selectionOf(numbers);
const straight = join(newFolder(), "shards");
const first = download(good, straight, "--per-shard", "10");

describe("data laion download", () => {
  test("writes every image into its shard, with caption and facts", async () => {
    const { code, stderr } = await first;
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "25 of 25 pairs in 3 shards\n");
    const samples = await shardFiles(straight);
    assert.equal(samples.size, 75);
    const [png, text, json] = ["png", "txt", "json"].map((ending) => samples.get(`000000013.${ending}`)!);
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height, info.channels], [64, 64, 3]);
    const colour = [13, 91, 147]; // of number 13, as JPEG keeps it
    assert.ok(colour.every((value, c) => Math.abs(data[c]! - value) <= 2));
    assert.equal(new TextDecoder().decode(text), "caption 13 – é");
    const facts = JSON.parse(new TextDecoder().decode(json));
    assert.deepEqual([facts.url, facts.width, facts.height, facts.format], [numbers[13], 80, 100, "jpeg"]);
  });

  test("counts what is wrong with images, and goes on", async () => {
    const wrong = {
      "broken image": ["/cut.jpg"],
      connection: ["/reset", "/nonsense"],
      "cut off": ["/too-short"],
      empty: ["/empty"],
      "no image": ["/page.jpg", "/drawing.svg"],
      "not allowed (noai)": ["/noai", "/noimageai"],
      "status 404": ["/missing"],
      "status 429": ["/much-later"],
      "too many bytes": ["/endless", "/large"],
      "too many pixels": ["/wide"],
      "too many redirects": ["/loop"],
      "wrong type": ["/page"],
    };
    const paths = ["/twice", ...Object.values(wrong).flat(), "/busy", "/unsaid"];
    const out = join(newFolder(), "shards");
    const { code, stderr } = await download(
      selectionOf(paths.map(server.url)),
      out,
      "--max-megabytes",
      "0.1",
    );
    assert.equal(code, 0, stderr);
    const { samples, failures } = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
    assert.equal(samples, 3);
    assert.deepEqual(
      failures,
      Object.fromEntries(Object.entries(wrong).map(([reason, { length }]) => [reason, length])),
    );
    assert.match(stderr, /^3 of 19 pairs in 1 shard\n {2}2 {2}connection\n/);
    const listed = JSON.parse(readFileSync(join(out, "000000.report.json"), "utf8")).failures;
    assert.equal(listed[0].where, server.url("/cut.jpg"));
    assert.deepEqual(
      ["/missing", "/much-later", "/page"].map((path) => server.asked.get(path)),
      [1, 1, 1],
    );
    assert.deepEqual(
      ["/reset", "/busy"].map((path) => server.asked.get(path)),
      [3, 3],
    );
  });

  test("gives a server up that doesn't answer", async () => {
    const out = join(newFolder(), "shards");
    const { stderr } = await download(selectionOf([server.url("/slow")]), out, "--timeout", "0.1");
    assert.equal(stderr, "0 of 1 pairs in 1 shard\n  1  timeout\n");
  });

  test("takes nothing from this machine unless it may", async () => {
    const out = join(newFolder(), "shards");
    const words = ["data", "laion", "download", selectionOf([numbers[0]!]), "--out", out];
    const { stderr } = await pellucid(...words);
    assert.equal(stderr, "0 of 1 pairs in 1 shard\n  1  private address\n");
  });

  test("goes on after a stop at any image to the same bytes, and asks for none twice", async () => {
    await first;
    const wanted = digests(straight);
    for (const stop of [1, 9, 10, 24]) {
      const out = join(newFolder(), "shards");
      const words = ["data", "laion", "download", good, "--out", out, ...fast, "--per-shard", "10"];
      const controller = new AbortController();
      let requests = 0;
      onRequest = () => {
        if (++requests > stop) controller.abort();
      };
      const { code } = await stoppedBy(controller, ...words, "--concurrency", "1");
      assert.equal(code, 130);
      assert.equal((await download(good, out, "--per-shard", "10")).code, 0);
      assert.deepEqual(digests(out), wanted, `stopped at ${stop}`);
      assert.equal(requests, 26, "only the one under way is asked for again");
    }
  });

  test("makes a shard anew whose report or journal was cut off", async () => {
    await first;
    const out = join(newFolder(), "shards");
    await download(good, out, "--per-shard", "10");
    rmSync(join(out, "000001.report.json"));
    appendFileSync(join(out, "000001.unfinished.jsonl"), '{"index":12,"fail');
    assert.equal((await download(good, out, "--per-shard", "10")).code, 0);
    assert.deepEqual(digests(out), digests(straight));
    assert.ok(!existsSync(join(out, "000001.unfinished.jsonl")));
  });
});

describe("data laion download refuses in one line", () => {
  for (const [what, words, code, message] of [
    [
      "a folder with other files",
      () => [good, "--out", newFolderWith("x.txt")],
      2,
      /must be empty.*it has x\.txt/,
    ],
    ["other settings", () => [good, "--out", straight], 2, /made with per-shard 10; got 1000; give the same/],
    [
      "another selection",
      () => [selectionOf(["http://a/"]), "--out", straight, "--per-shard", "10"],
      2,
      /made with selection /,
    ],
    ["no Parquet file", () => [put(newFolder(), "a.parquet", "text"), "--out", newFolder()], 1, /as Parquet/],
    [
      "a file that isn't there",
      () => ["nothing.parquet", "--out", newFolder()],
      1,
      /cannot read nothing\.parquet/,
    ],
    [
      "other columns",
      () => [good, "--columns", "url=link", "--out", newFolder()],
      1,
      /must have a column "link"/,
    ],
    ["no size", () => [good, "--size", "0", "--out", newFolder()], 2, /--size must be a whole number from 8/],
  ] as const) {
    test(what, async () => {
      await first;
      const result = await pellucid("data", "laion", "download", ...words());
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
      assert.match(result.stderr, /^pellucid: [^\n]*\n$/);
    });
  }
});

function newFolderWith(name: string): string {
  const folder = newFolder();
  put(folder, name, "");
  return folder;
}
