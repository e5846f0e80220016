import assert from "node:assert/strict";
import { test } from "node:test";
import { askedLabels } from "../../src/classifier/asked.js";
import { HEADS } from "../../src/classifier/labels.js";
import { openRecogniser } from "../../src/classifier/readers.js";
import { type Scene, scene } from "../../src/data/scene.js";
import { sixChannels } from "../../src/data/six-channels.js";
import { loadReaders } from "../../src/files/classifier.js";
import { loadSprites } from "../../src/files/sprites.js";
import { nodeCompiler } from "../../src/runtime/node.js";

const sprites = loadSprites();
const readers = loadReaders();
const compile = nodeCompiler({ threads: 1 });
const scenes = Array.from({ length: 60 }, (_, index) => scene(sprites, { seed: 21, index, split: "train" }));

/** What is missing in a scene that is asked for what its caption says, or for that with changes. */
async function missing(shown: Scene, change: object = {}): Promise<readonly string[]> {
  const asked = { ...askedLabels(shown, shown.attributes), ...change };
  const recogniser = await openRecogniser(readers, asked, compile);
  const found = await recogniser.missing(sixChannels(shown.rgb));
  await recogniser.release();
  return found;
}

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
