import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { z } from "zod";
import { scene } from "../../src/data/scene.js";
import { CancelledError, InputError, UsageError } from "../../src/errors.js";
import { writeEmojiData } from "../../src/files/emoji-data.js";
import { decodePng } from "../../src/files/png.js";
import { loadSprites } from "../../src/files/sprites.js";

const folder = mkdtempSync(join(tmpdir(), "pellucid-emoji-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const line = z.object({ picture: z.string(), masks: z.string(), caption: z.string(), index: z.number() });

test("the folder holds the scenes, their masks and captions, and a sheet", async () => {
  const out = join(folder, "made", "here");
  await writeEmojiData({ count: 3, seed: 4, out });
  assert.deepEqual(readdirSync(out).sort(), [
    "000000.masks.png",
    "000000.png",
    "000001.masks.png",
    "000001.png",
    "000002.masks.png",
    "000002.png",
    "captions.jsonl",
    "sheet.png",
  ]);
  const lines = readFileSync(join(out, "captions.jsonl"), "utf8").trimEnd().split("\n");
  const parsed = lines.map((text) => line.parse(JSON.parse(text)));
  const wanted = scene(loadSprites(), { seed: 4, index: 2 });
  assert.equal(parsed[2]?.caption, wanted.caption);
  const picture = await decodePng(readFileSync(join(out, "000002.png")));
  const masks = await decodePng(readFileSync(join(out, "000002.masks.png")));
  for (let i = 0; i < 64 * 64; i++) {
    assert.equal(picture.data[i * 4], wanted.rgb[i * 3]);
    assert.equal(masks.data[i * 4], wanted.masks.object[i]);
    assert.equal(masks.data[i * 4 + 2], wanted.masks.background[i]);
  }
  await assert.rejects(writeEmojiData({ count: 1, out }), InputError);
  await writeEmojiData({ count: 1, out, existing: "replace" });
});

test("counts, seeds and folders that can't be are refused before anything is written", async () => {
  const out = join(folder, "nothing");
  await assert.rejects(
    writeEmojiData({ count: 0, out }),
    /count must be a whole number from 1 to 100000; got 0/,
  );
  await assert.rejects(writeEmojiData({ count: 1e6, out }), UsageError);
  await assert.rejects(writeEmojiData({ count: 1, seed: -3, out }), UsageError);
  const file = join(folder, "file");
  writeFileSync(file, "");
  await assert.rejects(writeEmojiData({ count: 1, out: join(file, "below") }), InputError);
  await assert.rejects(writeEmojiData({ count: 1, out, signal: AbortSignal.abort() }), CancelledError);
  assert.deepEqual(readdirSync(folder).sort(), ["file", "made"]);
});

test("damaged sprites are refused by name", () => {
  const damaged = mkdtempSync(join(folder, "sprites-"));
  writeFileSync(join(damaged, "sprites.bin"), "not deflated");
  writeFileSync(join(damaged, "sprites.json"), "{}");
  assert.throws(() => loadSprites(damaged), /sprites\.bin: this sprite file is damaged/);
  assert.throws(() => loadSprites(join(folder, "absent")), InputError);
});
