import assert from "node:assert/strict";
import { test } from "node:test";
import { flopsOf } from "../../src/graph/flops.js";
import { gradients } from "../../src/graph/gradient.js";
import { constant, input } from "../../src/graph/ops/constant.js";
import { conv } from "../../src/graph/ops/convolution.js";
import { add } from "../../src/graph/ops/elementwise.js";
import { matmul } from "../../src/graph/ops/product.js";

const a = input("a", [5, 2, 3]);
const b = input("b", [3, 4]);
const x = input("x", [2, 3, 8, 6]);
const w = input("w", [5, 3, 3, 3]);
const halves = { stride: 2, padding: 1 };

test("a product of [2, 3] and [3, 4] is 2 * 3 * 4 multiplications and additions, times the batch", () => {
  assert.equal(flopsOf([matmul(a, b)]), 5 * (2 * 3 * 4) * 2);
});

test("operands that are read transposed cost the same", () => {
  const turned = matmul(input("c", [5, 3, 2]), input("d", [4, 3]), { transposeA: true, transposeB: true });
  assert.equal(flopsOf([turned]), flopsOf([matmul(a, b)]));
});

test("a convolution is a product per output pixel", () => {
  assert.equal(flopsOf([conv(x, w, halves)]), 2 * (2 * 5 * 4 * 3) * (3 * 3 * 3));
});

test("either gradient of a product or a convolution costs as much as it does", () => {
  for (const y of [matmul(a, b), conv(x, w, halves)]) {
    for (const operand of y.inputs) assert.equal(flopsOf(gradients(y, [operand])), flopsOf([y]));
  }
});

test("equal nodes count once, and sums not at all", () => {
  assert.equal(flopsOf([add(matmul(a, b), matmul(a, b))]), flopsOf([matmul(a, b)]));
  assert.equal(flopsOf([add(x, x)]), 0);
});

test("a product with a fixed array moves numbers, and counts nothing", () => {
  assert.equal(flopsOf([matmul(a, constant(new Float32Array(12), [3, 4]))]), 0);
});
