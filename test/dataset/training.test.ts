import assert from "node:assert/strict";
import { cpSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { openTrainingData } from "../../src/dataset/training/data.js";
import { makeBatch } from "../../src/train/batch.js";
import { parseTrainConfig } from "../../src/train/config.js";
import { pellucid } from "../cli/run.js";
import { sourceOf, tinyTraining } from "../train/tiny.js";
import { numberedImage } from "./image-server.js";
import { newFolder, put } from "./laion-files.js";

const COUNT = 7;

/** Shards of pictures of one colour each, 3 in a shard. */
async function packed(size = 64): Promise<string> {
  const folder = newFolder();
  for (let n = 0; n < COUNT; n++) {
    put(folder, `${n}.png`, await numberedImage(2 * n));
    put(folder, `${n}.txt`, n === 5 ? "word ".repeat(60) : `picture ${n}`);
  }
  const out = join(newFolder(), "shards");
  const words = ["--out", out, "--per-shard", "3", "--size", String(size), "-q"];
  assert.equal((await pellucid("data", "pack", folder, ...words)).code, 0);
  return out;
}

const shards = await packed();

const settings = (path: string, change: object = {}) => ({
  ...tinyTraining,
  data: { kind: "shards", path, shuffle: 4, readers: 2 },
  ...change,
});

const opened = async (change: object = {}) => {
  const config = parseTrainConfig(settings(shards, change));
  return { config, ...(await openTrainingData(config)) };
};

describe("examples from shards", () => {
  test("are every pair once in an epoch, in an order that is the same wherever one begins", async () => {
    const { examples, pairs } = await opened();
    assert.equal(pairs, COUNT);
    const numbers = [...Array(3 * COUNT).keys()];
    const captions: string[] = [];
    for (const number of numbers) captions.push((await examples(number, false)).caption);
    const epochs = [0, 1, 2].map((epoch) => captions.slice(epoch * COUNT, (epoch + 1) * COUNT));
    for (const epoch of epochs) assert.equal(new Set(epoch).size, COUNT);
    assert.notDeepEqual(epochs[0], epochs[1]);
    const { examples: again } = await opened();
    for (const number of [20, 3, 13, 0]) {
      assert.equal((await again(number, false)).caption, captions[number]);
    }
  });

  test("hold the picture that was packed, or its mirror image, and as much of a caption as fits", async () => {
    const { examples } = await opened();
    for (let number = 0; number < COUNT; number++) {
      const { rgb, caption } = await examples(number, true);
      const n = caption.startsWith("picture") ? 2 * Number(caption.slice(8)) : 10;
      assert.deepEqual([...rgb.subarray(0, 3)], [n, 7 * n, (31 * n) % 256]);
      assert.equal(rgb.length, 64 * 64 * 3);
      if (n === 10) assert.equal(caption.split(" ").length, 24);
    }
  });

  test("make batches whose pixels weigh alike", async () => {
    const { config, examples } = await opened();
    const { weight, target } = await makeBatch({ ...sourceOf(config), examples }, 3);
    assert.deepEqual(new Set(weight), new Set([1]));
    assert.equal(target.length, 2 * 6 * 64 * 64);
  });
});

describe("pellucid train from shards", () => {
  const file = (value: object): string => put(newFolder(), "run.json", JSON.stringify(value));
  const train = (config: object, out: string, ...words: string[]) =>
    pellucid("train", file(config), "--out", out, "--threads", "1", "--samples", "0", ...words);
  const checkpoint = (out: string) => readFileSync(join(out, "checkpoint.safetensors"));

  test("goes on where it was stopped to the same bytes, wherever the shards are by then", async () => {
    const [straight, resumed] = [newFolder(), newFolder()];
    const { stderr } = await train(settings(shards), straight, "--steps", "6");
    assert.match(stderr, /^7 pairs in shards\n/);
    await train(settings(shards), resumed, "--steps", "3");
    const { code } = await train(settings(shards), resumed, "--steps", "6", "--resume");
    assert.equal(code, 0);
    assert.deepEqual(checkpoint(resumed), checkpoint(straight));
    const moved = join(newFolder(), "moved");
    cpSync(shards, moved, { recursive: true });
    assert.equal((await train(settings(moved), resumed, "--steps", "7", "--resume")).code, 0);
    truncateSync(join(moved, "000002.tar"), 0);
    const { code: refused, stderr: why } = await train(settings(moved), resumed, "--resume");
    assert.equal(refused, 2);
    assert.match(why, /^pellucid: the run in .* was trained on other shards than these; [^\n]*\n$/);
  });

  for (const [what, change, code, message] of [
    ["emphasis", { emphasis: { hat: 2 } }, 2, /emphasis takes masks .* leave emphasis out/],
    ["grounding", { grounding: { effect: 1 } }, 2, /grounding takes masks/],
    ["a key of scenes", { data: { kind: "shards", path: "x", scenes: 3 } }, 2, /unrecognized key: "scenes"/],
    ["no path", { data: { kind: "shards" } }, 2, /data\.path: /],
    ["no shards", { data: { kind: "shards", path: "/nowhere" } }, 1, /there is no file \/nowhere/],
    [
      "another size",
      { model: { ...tinyTraining.model, unet: { ...tinyTraining.model.unet, imageSize: 32 } } },
      1,
      /\.tar, image at byte 512: it must have 32 x 32 pixels.*; got 64 x 64; pack it with --size 32/,
    ],
  ] as const) {
    test(`refuses ${what} in one line`, async () => {
      const result = await train(settings(shards, change), newFolder());
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
      assert.match(result.stderr, /^pellucid: [^\n]*\n$/);
    });
  }

  test("refuses damaged shards in one line", async () => {
    const damaged = join(newFolder(), "damaged");
    cpSync(shards, damaged, { recursive: true });
    truncateSync(join(damaged, "000001.tar"), 1000);
    assert.match(
      (await train(settings(damaged), newFolder())).stderr,
      /^pellucid: .*000001\.tar: byte \d+ must be [^\n]*\n$/,
    );
    writeFileSync(join(damaged, "000001.tar"), "text ".repeat(200));
    assert.match((await train(settings(damaged), newFolder())).stderr, /byte 0 must be the header of a file/);
  });
});
