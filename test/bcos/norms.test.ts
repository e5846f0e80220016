import assert from "node:assert/strict";
import { test } from "node:test";
import { groupStandardise } from "../../src/bcos/norms.js";
import { interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { sizeOf } from "../../src/graph/shape.js";
import { assertAllclose } from "../allclose.js";
import { uniforms } from "../random.js";

const shape = [2, 6, 3, 2];
const x = input("x", shape);
const next = uniforms(5);
const draw = (length: number) => Array.from({ length }, () => 3 * next() - 1);
const feeds = { x: draw(sizeOf(shape)) };

test("every group has mean 0 and variance 1", () => {
  const [values] = interpret([groupStandardise(x, 3, 0)], feeds);
  for (let start = 0; start < values!.length; start += 12) {
    const group = Array.from(values!.subarray(start, start + 12));
    const mean = group.reduce((a, b) => a + b, 0) / 12;
    const square = group.reduce((a, b) => a + b * b, 0) / 12;
    assertAllclose([mean + 1, square], [1, 1], 1e-12);
  }
});

test("channels that do not divide into groups are refused", () => {
  assert.throws(() => groupStandardise(x, 4, 1e-5), {
    name: "ShapeError",
    message: /6 channels do not divide into 4 groups/,
  });
});
