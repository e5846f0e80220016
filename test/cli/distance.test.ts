import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { writeEmojiData } from "../../src/files/emoji-data.js";
import { encodePng } from "../../src/files/png.js";
import { meanColourNetwork } from "../evaluate/fake-network.js";
import { newFolder } from "../files/model-folder.js";
import { pellucid } from "./run.js";

const folder = join(newFolder(), "scenes");
await writeEmojiData({ count: 4, out: folder, seed: 5 });
const png = (width: number, channels: 3 | 4 = 3) =>
  encodePng({ width, height: 64, channels, data: new Uint8Array(width * 64 * channels) });

test("pellucid distance compares the pictures of a folder, not its masks and sheets", async () => {
  const { code, stdout } = await pellucid("distance", folder, "--json");
  assert.equal(code, 0);
  const { metrics, settings } = JSON.parse(stdout);
  assert.equal(settings.count, 4);
  for (const name of ["frechet", "frechet.floor", "kernel", "nearestSprite.median", "nearestSprite.real"]) {
    const { value, low, high, n } = metrics[name];
    assert.ok(low <= value && value <= high && n === 4, name);
  }
  const table = await pellucid("distance", folder, "--count", "2", "--quiet");
  assert.match(table.stdout, /^frechet +\d.* n = 2\n/);
});

test("what cannot be compared is one line, exit code 1", async () => {
  const other = newFolder();
  const expectFailure = async (message: RegExp, ...words: string[]) => {
    const { code, stdout, stderr } = await pellucid("distance", ...words);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, message);
  };
  await expectFailure(/no such file/, join(other, "nowhere"));
  await expectFailure(/must hold at least 2 pictures; got 0/, other);
  await expectFailure(/must hold 5 pictures; got 4/, folder, "--count", "5");
  mkdirSync(join(other, "seed-1"));
  writeFileSync(join(other, "seed-1", "image.png"), await png(32));
  await expectFailure(/64 x 64 pixels; got 32 x 64/, other);
  writeFileSync(join(other, "seed-1", "image.png"), await png(64, 4));
  await expectFailure(/opaque/, other);
  const file = join(newFolder(), "inception.onnx");
  await expectFailure(/no such file/, folder, "--inception", file);
  writeFileSync(file, meanColourNetwork(["N", 3, 299, 299], ["N", 1000]));
  await expectFailure(/inception\.onnx: .*\[N,2048\]; got .*1000/, folder, "--inception", file);
});
