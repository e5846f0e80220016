import assert from "node:assert/strict";
import { test } from "node:test";
import { askedLabels } from "../../src/classifier/asked.js";
import { HEAD_NAMES, HEADS } from "../../src/classifier/labels.js";
import { openRecogniser, type Reading } from "../../src/classifier/readers.js";
import { type Scene, scene } from "../../src/data/scene.js";
import { sixChannels } from "../../src/data/six-channels.js";
import { loadReaders } from "../../src/files/classifier.js";
import { loadSprites } from "../../src/files/sprites.js";
import { nodeCompiler } from "../../src/runtime/node.js";

const sprites = loadSprites();
const readers = loadReaders();
const compile = nodeCompiler({ threads: 1 });
const scenes = Array.from({ length: 60 }, (_, index) => scene(sprites, { seed: 21, index, split: "train" }));

/** What readers say of a scene that is asked for what its caption says, or for that with changes. */
async function readingOf(shown: Scene, change: object = {}): Promise<Reading> {
  const asked = { ...askedLabels(shown, shown.attributes), ...change };
  const recogniser = await openRecogniser(readers, asked, compile);
  const found = await recogniser.read(sixChannels(shown.rgb));
  await recogniser.release();
  return found;
}

const missing = async (shown: Scene, change: object = {}) => (await readingOf(shown, change)).missing;

test("readers miss nothing in eight of ten real scenes", async () => {
  const found = await Promise.all(scenes.map((shown) => missing(shown)));
  const whole = found.filter((aspects) => aspects.length === 0).length;
  assert.ok(whole >= 48, `${whole} of ${scenes.length}`);
});

test("readers miss what a scene does not show: another thing, a hat on a bare head, another ground", async () => {
  const bare = scenes.filter(({ attributes }) => attributes.hat === null).slice(0, 20);
  for (const shown of bare) {
    const { object, background } = shown.attributes;
    const other = (HEADS.object.indexOf(object) + 1) % HEADS.object.length;
    assert.ok((await missing(shown, { object: other })).includes("object"));
    assert.ok((await missing(shown, { hat: HEADS.hat.indexOf("crown") })).includes("hat"));
    const backdrop = background.backdrop === "snow" ? "night" : "snow";
    const found = await missing(shown, { backdrop: HEADS.backdrop.indexOf(backdrop), ground: null });
    assert.equal(found.filter((aspect) => aspect === "background").length, 1);
  }
});

test("readers are sure of little where they miss something, and see what they are sure of", async () => {
  // what is seen is the likeliest of its head's classes, and what is missed is not
  const least = 1 / Math.max(...HEAD_NAMES.map((head) => HEADS[head].length));
  for (const shown of scenes) {
    const hat = shown.attributes.hat === null ? HEADS.hat.indexOf("crown") : 0;
    for (const { missing, confidence } of [await readingOf(shown), await readingOf(shown, { hat })]) {
      assert.ok(confidence >= 0 && confidence <= 1);
      if (missing.length > 0) assert.ok(confidence <= 0.5, `${missing} at ${confidence}`);
      else assert.ok(confidence > least, String(confidence));
    }
  }
  const nothing = Object.fromEntries(HEAD_NAMES.map((head) => [head, null]));
  assert.deepEqual(await readingOf(scenes[0]!, nothing), { missing: [], confidence: 1 });
});
