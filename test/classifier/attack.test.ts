import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ledAstray, reaches } from "../../src/classifier/attack.js";
import { classifierBatch } from "../../src/classifier/batch.js";
import { headOffsets } from "../../src/classifier/labels.js";
import { totalSurprise } from "../../src/classifier/objective.js";
import { readerLogits } from "../../src/classifier/reader.js";
import { loadReader } from "../../src/files/classifier.js";
import { loadSprites } from "../../src/files/sprites.js";
import { interpret } from "../../src/graph/interpret.js";
import { constant, input } from "../../src/graph/ops/constant.js";
import { assertAllclose } from "../allclose.js";

const COUNT = 2;
const LENGTH = 3 * 64 * 64;
const reader = loadReader();
const says = (x: Parameters<typeof ledAstray>[0]) =>
  readerLogits((name, shape) => constant(reader.get(name)!, shape), x);

describe("pictures led astray", () => {
  const x = input("x", [COUNT, 3, 64, 64]);
  const target = input("target", [COUNT, headOffsets.total]);
  const moved = ledAstray(x, target, says);
  const batch = classifierBatch(
    loadSprites(),
    { seed: 41, splits: ["train"], wear: { blurs: 0, noise: 0 } },
    COUNT,
    1,
  );
  const found = (reach: readonly number[]) =>
    interpret([moved, totalSurprise(says(x), target), totalSurprise(says(moved), target)], {
      ...batch,
      reach,
    });

  test("go no farther than their reach, each its own, and stay where it is 0", () => {
    const [pictures] = found([1.5, 0]);
    const distance = (picture: number) =>
      Math.hypot(
        ...Array.from({ length: LENGTH }, (_, i) => {
          const at = picture * LENGTH + i;
          return pictures![at]! - batch.x[at]!;
        }),
      );
    assert.ok(distance(0) > 1 && distance(0) <= 1.5 + 1e-9, `${distance(0)}`); // steps need not be parallel
    assertAllclose([distance(1)], [0], 1e-12);
  });

  test("surprise the classifier more than they did", () => {
    const [, [before], [after]] = found([2, 2]) as [Float64Array, Float64Array, Float64Array];
    assert.ok(after! > 2 * before!, `${before} to ${after}`);
  });
});

test("reaches depend on seed and number alone, and fill the range", () => {
  const both = [...reaches(2, 5, 50, 1), ...reaches(2, 5, 50, 2)];
  assert.deepEqual([...reaches(2, 5, 100, 1)], both);
  assert.ok(Math.min(...both) < 0.2 && Math.max(...both) > 1.8 && Math.max(...both) <= 2);
});
