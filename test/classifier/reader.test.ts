import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { askedLabels } from "../../src/classifier/asked.js";
import { classifierBatch } from "../../src/classifier/batch.js";
import { HEAD_NAMES, type Head, headOffsets, labelsFrom } from "../../src/classifier/labels.js";
import { readerLogits } from "../../src/classifier/reader.js";
import { residualReaderLogits } from "../../src/classifier/residual-reader.js";
import { READER_WEAR, worn } from "../../src/classifier/wear.js";
import { captionFor } from "../../src/data/caption.js";
import { scene } from "../../src/data/scene.js";
import { FULL_WORDING } from "../../src/data/wording.js";
import { loadReader, loadResidualReader } from "../../src/files/classifier.js";
import { loadSprites } from "../../src/files/sprites.js";
import { input } from "../../src/graph/ops/constant.js";
import { collectParameters } from "../../src/model/weights.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";

const sprites = loadSprites();
const COUNT = 400;

const readers = {
  plain: { logitsOf: readerLogits, load: loadReader },
  residual: { logitsOf: residualReaderLogits, load: loadResidualReader },
};

/** How often a reader is right about each head, among pictures that have an answer. */
async function accuracies(
  { logitsOf, load }: (typeof readers)["plain"],
  wear: typeof READER_WEAR,
): Promise<Record<Head, number>> {
  const x = input("x", [COUNT, 3, 64, 64]);
  const { network: logits } = collectParameters((parameter) => logitsOf(parameter, x));
  const reader = await nodeCompiler()(lower({ logits }, load()));
  const batch = classifierBatch(sprites, { seed: 12, splits: ["train"], wear }, COUNT, 1);
  const { logits: outputs } = await reader.run({ x: batch.x });
  await reader.release();
  const own = (values: Float32Array, i: number) =>
    values.subarray(i * headOffsets.total, (i + 1) * headOffsets.total);
  const right = (head: Head) => {
    const verdicts = Array.from({ length: COUNT }, (_, i) => {
      const target = own(batch.target, i);
      const label = labelsFrom(target)[head];
      const isAsked = target[headOffsets.offsets.get(head)! + label] === 1;
      return isAsked ? [labelsFrom(own(outputs!, i))[head] === label] : [];
    }).flat();
    return verdicts.filter(Boolean).length / verdicts.length;
  };
  return Object.fromEntries(HEAD_NAMES.map((head) => [head, right(head)])) as Record<Head, number>;
}

for (const [name, reader] of Object.entries(readers)) {
  describe(`the ${name} reader that ships`, () => {
    test("knows fresh scenes", async () => {
      const found = await accuracies(reader, { blurs: 0, noise: 0 });
      for (const head of HEAD_NAMES) assert.ok(found[head] >= 0.9, `${head}: ${found[head]}`);
    });

    test("knows them through blur and noise, hats a little less", async () => {
      const found = await accuracies(reader, READER_WEAR);
      for (const head of HEAD_NAMES) {
        assert.ok(found[head] >= (head === "hat" ? 0.85 : 0.9), `${head}: ${found[head]}`);
      }
    });
  });
}

test("wear depends on seed and index alone, stays in 0..1, and may leave a picture as it is", () => {
  const picture = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => (i % 7) / 6);
  const of = (index: number) => worn(picture, READER_WEAR, 3, index);
  const all = Array.from({ length: 40 }, (_, index) => of(index));
  assert.deepEqual(of(5), all[5]);
  assert.ok(all.every((each) => each.every((value) => value >= 0 && value <= 1)));
  const untouched = all.filter((each) => each.every((value, i) => value === picture[i])).length;
  assert.ok(untouched > 2 && untouched < 20, `${untouched} of 40`); // a quarter
});

describe("labels that are asked for", () => {
  const { attributes } = scene(sprites, { seed: 1, index: 3 });

  test("are those that the caption names, and always object, count and hat", () => {
    const bare = captionFor(attributes, { ...FULL_WORDING, topics: new Set() });
    const asked = askedLabels(bare, attributes);
    assert.deepEqual(
      HEAD_NAMES.filter((head) => asked[head] !== null),
      ["object", "count", "hat"],
    );
  });

  test("are silent about sides that no word names, and include a named ground", () => {
    const plain = {
      ...attributes,
      position: "centre",
      background: { backdrop: "plain", colour: "green" },
    } as const;
    const asked = askedLabels(captionFor(plain), plain);
    assert.equal(asked.position, null);
    assert.notEqual(asked.ground, null);
    assert.equal(askedLabels(captionFor(plain), plain).backdrop, 0);
  });
});
