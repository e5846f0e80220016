import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { packTar } from "modern-tar";
import { interrupted, pellucid } from "../cli/run.js";
import { numberedImage } from "./image-server.js";
import { newFolder, put } from "./laion-files.js";
import { digests, shardFiles } from "./shard-files.js";

const COUNT = 6;
const images = await Promise.all(Array.from({ length: COUNT }, (_, n) => numberedImage(n)));
const name = (n: number): string => `${n}.${n % 2 === 0 ? "png" : "jpg"}`;
const captions = Array.from({ length: COUNT }, (_, n) => `picture "${n}", naïve`);

/** A folder of images, and .txt files beside them. */
function photos(): string {
  const folder = newFolder();
  for (const [n, bytes] of images.entries()) {
    put(folder, name(n), bytes);
    put(folder, `${n}.txt`, `${captions[n]}\n`);
  }
  return folder;
}

async function pack(...words: string[]) {
  const out = join(newFolder(), "shards");
  return { ...(await pellucid("data", "pack", ...words, "--out", out)), out };
}

/** Captions and pictures of shards, in their order. */
async function pairs(folder: string): Promise<[caption: string, png: Uint8Array][]> {
  const files = await shardFiles(folder);
  const keys = [...files.keys()].filter((file) => file.endsWith(".png")).map((file) => file.slice(0, -4));
  return keys.map((key) => [new TextDecoder().decode(files.get(`${key}.txt`)), files.get(`${key}.png`)!]);
}

const folder = photos();
const straight = pack(folder, "--per-shard", "4");

const csv = (): string =>
  put(
    folder,
    "pairs.csv",
    `\ufeffid,caption,image\n${captions.map((text, n) => `${n},"${text.replaceAll('"', '""')}",${name(n)}`).join("\r\n")}\n`,
  );

const coco = (): string =>
  put(
    newFolder(),
    "captions.json",
    JSON.stringify({
      images: images.map((_, n) => ({ id: 100 + n, file_name: name(n) })),
      annotations: captions.map((caption, n) => ({ id: n, image_id: 100 + n, caption })),
    }),
  );

const shard = async (): Promise<string> => {
  const entries = images.flatMap((bytes, n) => {
    const caption = new TextEncoder().encode(JSON.stringify({ caption: captions[n] }));
    return [
      { header: { name: name(n), size: bytes.length }, body: bytes },
      { header: { name: `${n}.json`, size: caption.length }, body: caption },
    ];
  });
  return put(newFolder(), "foreign.tar", await packTar(entries));
};

describe("data pack", () => {
  test("keeps captions in order, and pictures of 64 x 64 pixels", async () => {
    const { code, stderr, out } = await straight;
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "6 of 6 pairs in 2 shards\n");
    assert.deepEqual(
      (await pairs(out)).map(([caption]) => caption),
      captions,
    );
  });

  for (const [what, words] of [
    ["a table", async () => [csv()]],
    ["COCO's captions", async () => [coco(), "--images", folder]],
    ["a WebDataset shard", async () => [await shard()]],
    ["its own shards", async () => [(await straight).out]],
  ] as const) {
    test(`${what}: the same pairs as from the folder`, async () => {
      const { code, stderr, out } = await pack(...(await words()));
      assert.equal(code, 0, stderr);
      assert.deepEqual(await pairs(out), await pairs((await straight).out));
    });
  }

  test("puts several inputs one behind the other", async () => {
    const { stderr, out } = await pack(csv(), folder, await shard());
    assert.match(stderr, /^18 of 18 pairs in 1 shard\n/);
    assert.deepEqual(
      (await pairs(out)).map(([caption]) => caption),
      [...captions, ...captions, ...captions],
    );
  });

  test("counts what is wrong, and says in which file and where", async () => {
    const bad = newFolder();
    put(bad, "whole.png", images[0]!);
    put(bad, "torn.png", images[0]!.subarray(0, 90));
    put(bad, "text.jpg", "no picture");
    const table = put(
      bad,
      "bad.csv",
      "caption,image\nfine,whole.png\nmissing,gone.png\ntorn,torn.png\ntext,text.jpg\nshort\n,whole.png\n",
    );
    const list = put(
      bad,
      "bad.json",
      JSON.stringify({
        images: [{ id: 1, file_name: "whole.png" }, { id: 2 }],
        annotations: [{ image_id: 1, caption: "fine" }, { image_id: 2, caption: "x" }, { caption: 3 }],
      }),
    );
    const tar = put(newFolder(), "cut.tar", readFileSync(await shard()).subarray(0, 2100));
    const { code, stderr, out } = await pack(table, list, tar);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^3 of 11 pairs in 1 shard\n/);
    const { failures } = JSON.parse(readFileSync(join(out, "000000.report.json"), "utf8"));
    assert.deepEqual(
      failures.map(({ where, reason }: { where: string; reason: string }) => [where, reason]),
      [
        [`${table} line 3`, "no such file"],
        [`${table} line 4`, "broken image"],
        [`${table} line 5`, "no image"],
        [`${table} line 6`, "no address"],
        [`${table} line 7`, "no caption"],
        [`${list} annotation 1`, "not in the file"],
        [`${list} annotation 2`, "no caption"],
        [tar, "unreadable"],
      ],
    );
  });

  test("goes on after a stop to the same bytes", async () => {
    const out = join(newFolder(), "shards");
    const words = ["data", "pack", folder, "--per-shard", "4", "--out", out];
    assert.equal((await interrupted(...words)).code, 130);
    assert.equal((await pellucid(...words)).code, 0);
    assert.deepEqual(digests(out), digests((await straight).out));
    rmSync(join(out, "000001.report.json"));
    assert.equal((await pellucid(...words)).code, 0);
    assert.deepEqual(digests(out), digests((await straight).out));
  });
});

describe("data pack refuses in one line", () => {
  const empty = newFolder();
  mkdirSync(join(empty, "x"));
  for (const [what, words, code, message] of [
    ["nothing", [], 2, /INPUT\.\.\. is missing/],
    ["a folder without images", [empty], 1, /must hold shards \(\.tar\) or images; there are none/],
    ["a pattern without files", ["/nowhere/*.tar"], 1, /there is no file/],
    ["another kind of file", ["README.md"], 1, /must be a folder, a \.tar, \.json or \.csv file/],
    [
      "JSON of another kind",
      ["package.json"],
      1,
      /package\.json: it must have lists "images" and "annotations"/,
    ],
    [
      "a table without its columns",
      [put(empty, "a.csv", "x,y\n1,2\n")],
      1,
      /must have a column "image"; it has x, y/,
    ],
    ["an empty table", [put(empty, "b.csv", "")], 1, /must have a column "image"; it has none/],
    ["columns put wrongly", ["a.csv", "--columns", "picture=x"], 2, /--columns must be image=NAME/],
  ] as const) {
    test(what, async () => {
      const result = await pack(...words);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
      assert.match(result.stderr, /^pellucid: [^\n]*\n$/);
    });
  }

  test("other pairs in a folder that holds shards", async () => {
    const { out } = await straight;
    const { code, stderr } = await pellucid("data", "pack", coco(), "--per-shard", "4", "--out", out);
    assert.equal(code, 2);
    assert.match(stderr, /holds shards made with pairs /);
  });
});
