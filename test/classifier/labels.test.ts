import assert from "node:assert/strict";
import { test } from "node:test";
import { HEAD_NAMES, HEADS, headOffsets, probabilityOf } from "../../src/classifier/labels.js";
import { assertAllclose } from "../allclose.js";

test("a head's probabilities add up to 1, and their quotient is the exponential of the outputs' difference", () => {
  const outputs = Float32Array.from({ length: headOffsets.total }, (_, i) => 3 * Math.sin(7 * i));
  for (const head of HEAD_NAMES) {
    const all = HEADS[head].map((_, label) => probabilityOf(outputs, head, label));
    const start = headOffsets.offsets.get(head)!;
    assertAllclose([all.reduce((sum, p) => sum + p, 0)], [1], 1e-12);
    assertAllclose([all[1]! / all[0]!], [Math.exp(outputs[start + 1]! - outputs[start]!)], 1e-9);
  }
});

test("a class that is far from likely has probability 0, one that is sure 1", () => {
  const outputs = new Float32Array(headOffsets.total);
  outputs[0] = 1000;
  assert.deepEqual([probabilityOf(outputs, "object", 0), probabilityOf(outputs, "object", 1)], [1, 0]);
});
