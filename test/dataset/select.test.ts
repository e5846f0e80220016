import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { pellucid } from "../cli/run.js";
import { laionParquet, type MadeRow, newFolder, put } from "./laion-files.js";

const NOUNS = ["cat", "cats", "goat", "bobcat", "Penguins", "a flamingo", "hat", "cat and goat"];

/** Rows with the same similarity now and then, and some holes. */
const rows: readonly MadeRow[] = Array.from({ length: 3000 }, (_, i) => ({
  url: `http://example.org/${i}.jpg`,
  text: i % 97 === 0 ? null : `picture ${i} of ${NOUNS[(i * 7) % NOUNS.length]}`,
  similarity: i % 89 === 0 ? null : ((i * 7919) % 500) / 1000,
}));

const folder = newFolder();
put(folder, "b.parquet", laionParquet(rows.slice(1700), 500));
put(folder, "a.parquet", laionParquet(rows.slice(0, 1700), 700));
const whole = laionParquet(rows, 1000);

async function readRows(file: string) {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  const copy = buffer.slice(byteOffset, byteOffset + byteLength);
  assert.ok(copy instanceof ArrayBuffer);
  return parquetReadObjects({ file: copy, compressors });
}

/** The selection by sorting everything. */
function byHand(pattern: RegExp, top: number): string[] {
  return rows
    .map((row, i) => ({ ...row, i }))
    .filter(({ text, similarity }) => text !== null && pattern.test(text) && similarity !== null)
    .sort((a, b) => b.similarity! - a.similarity! || a.i - b.i)
    .slice(0, top)
    .map(({ url }) => url)
    .sort();
}

async function select(input: string, ...words: string[]) {
  const out = join(newFolder(), "out.parquet");
  const result = await pellucid("data", "laion", "select", input, "--out", out, ...words);
  return { ...result, out };
}

const urlsOf = (selected: readonly Record<string, unknown>[], object: string): string[] =>
  selected
    .filter(({ objects }) => String(objects).split(",").includes(object))
    .map(({ URL }) => String(URL))
    .sort();

describe("data laion select", () => {
  for (const [name, input] of [
    ["a folder", folder],
    ["a pattern", join(folder, "*.parquet")],
    ["a list", put(folder, "list.txt", `${join(folder, "a.parquet")}\n\n${join(folder, "b.parquet")}\n`)],
    ["one file", put(newFolder(), "whole.parquet", whole)],
  ] as const) {
    test(`${name}: the rows that sorting everything gives`, async () => {
      const { code, stderr, out } = await select(input, "--top", "50", "--objects", "cat,goat,penguin");
      assert.equal(code, 0, stderr);
      const selected = await readRows(out);
      assert.deepEqual(urlsOf(selected, "cat"), byHand(/(?<![a-z])cats?(?![a-z])/i, 50));
      assert.deepEqual(urlsOf(selected, "goat"), byHand(/(?<![a-z])goats?(?![a-z])/i, 50));
      assert.deepEqual(urlsOf(selected, "penguin"), byHand(/(?<![a-z])penguins?(?![a-z])/i, 50));
    });
  }

  test("carries the other columns along, and reports counts and overlaps", async () => {
    const { out, stderr } = await select(folder, "--top", "3000", "--objects", "cat,goat");
    const selected = await readRows(out);
    for (const row of selected) {
      const i = Number(/(\d+)\.jpg/.exec(row.URL)?.[1]);
      const first = i < 1700 ? 0 : 1700;
      assert.deepEqual([row.TEXT, row.similarity], [rows[i]!.text, rows[i]!.similarity]);
      assert.deepEqual([row.WIDTH, row.hash], [100 + i - first, -(2n ** 60n) + BigInt(i - first)]);
      assert.equal(row.HEIGHT, null);
    }
    const report = JSON.parse(readFileSync(`${out}.json`, "utf8"));
    const both = selected.filter(({ objects }) => objects === "cat,goat").length;
    assert.ok(both > 0);
    assert.deepEqual(report.overlaps, [{ objects: ["cat", "goat"], rows: both }]);
    assert.deepEqual([report.rows, report.files, report.selected], [3000, 2, selected.length]);
    assert.equal(report.noCaption, rows.filter(({ text }) => text === null).length);
    const holes = rows.filter(
      ({ text, similarity }) => similarity === null && /\b(cats?|goat)\b/.test(text ?? ""),
    );
    assert.equal(report.noSimilarity, holes.length);
    assert.match(stderr, /3,000 rows in 2 files: .* rows\/s/);
  });

  test("a server's ranges give what the file gives; one that ignores ranges is refused", async () => {
    const server = createServer((request, response) => {
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
      if (request.url === "/whole" || !range) return response.end(whole);
      const [begin, end] = [Number(range[1]), Number(range[2]) + 1];
      response.writeHead(206, { "content-range": `bytes ${begin}-${end - 1}/${whole.length}` });
      return response.end(whole.subarray(begin, end));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { code, out } = await select(`http://127.0.0.1:${port}/ranges`, "--top", "9", "--objects", "goat");
    assert.equal(code, 0);
    assert.deepEqual(urlsOf(await readRows(out), "goat"), byHand(/(?<![a-z])goats?(?![a-z])/i, 9));
    const refused = await select(`http://127.0.0.1:${port}/whole`);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /must answer range requests with status 206; got 200/);
    assert.ok(!existsSync(refused.out));
  });

  test("renamed columns", async () => {
    const file = put(newFolder(), "a.parquet", laionParquet(rows.slice(0, 100)));
    const wrong = await select(file, "--columns", "text=caption");
    assert.deepEqual([wrong.code, existsSync(wrong.out)], [1, false]);
    assert.match(wrong.stderr, /must have a column "caption"; it has URL, TEXT, .*--columns text=NAME/);
    const right = await select(file, "--columns", "url=TEXT,text=URL", "--objects", "jpg", "--top", "100");
    assert.equal(
      (await readRows(right.out)).length,
      rows.slice(0, 100).filter((r) => r.similarity !== null).length,
    );
  });

  for (const [name, bytes] of Object.entries({
    "no Parquet": new TextEncoder().encode("no Parquet at all"),
    "an empty file": new Uint8Array(0),
    "a file cut short": whole.subarray(0, 5000),
    "zeros in the middle": whole.slice().fill(0, 2000, 20_000),
    "ones in the middle": whole.slice().fill(255, 2000, 20_000),
  })) {
    test(`${name}: one line, and nothing is written`, async () => {
      const { code, stderr, out } = await select(put(newFolder(), "bad.parquet", bytes));
      assert.equal(code, 1);
      assert.match(stderr, /^pellucid: \S*bad\.parquet[^\n]*; [^\n]+\n$/);
      assert.ok(!existsSync(out));
    });
  }

  test("what is there stays", async () => {
    const out = put(newFolder(), "out.parquet", "mine");
    const { code } = await pellucid("data", "laion", "select", folder, "--out", out);
    assert.deepEqual([code, readFileSync(out, "utf8")], [1, "mine"]);
  });
});
