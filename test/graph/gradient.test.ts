import assert from "node:assert/strict";
import { test } from "node:test";
import { freeze } from "../../src/graph/freeze.js";
import { gradients } from "../../src/graph/gradient.js";
import { constant, input } from "../../src/graph/ops/constant.js";
import { add, exp, multiply, sigmoid } from "../../src/graph/ops/elementwise.js";
import { gate } from "../../src/graph/ops/gate.js";
import { matmul } from "../../src/graph/ops/product.js";
import { softmax } from "../../src/graph/ops/softmax.js";
import { reshape } from "../../src/graph/ops/structure.js";
import { forwardRows } from "../../src/graph/rows.js";
import type { Tensor } from "../../src/graph/tensor.js";
import { assertAllclose } from "../allclose.js";
import { direction, evaluate, sumOfRows } from "./derivatives.js";

const x = input("x", [3]);
const w = input("w", [3]);
const feeds = { x: [1, -2, 0.5], w: [3, 1, -4] };

const derivative = (y: Tensor, of: Tensor): Float64Array => evaluate(gradients(y, [of])[0]!, feeds);

test("what a shared node passes back is the sum over its uses: d/dx ((xw)^2 + xw) = 2xw^2 + w", () => {
  const product = multiply(x, w);
  const y = add(multiply(product, product), product);
  assert.deepEqual([...derivative(y, x)], [21, -3, 12]);
  assert.deepEqual([...derivative(y, w)], [7, 6, -1.5]);
});

test("a node is visited once however often it is shared: 60 doublings give 2^60", () => {
  let y: Tensor = x;
  for (let i = 0; i < 60; i++) y = add(y, y);
  assert.deepEqual([...derivative(y, x)], [2 ** 60, 2 ** 60, 2 ** 60]);
});

test("broadcasting is undone by summing", () => {
  const table = multiply(input("rows", [4, 1]), x); // [4, 3]
  const [dx] = gradients(table, [x]);
  assert.deepEqual(dx!.shape, [3]);
  assert.deepEqual([...evaluate(dx!, { ...feeds, rows: [1, 2, 3, 4] })], [10, 10, 10]);
});

test("what the output does not depend on gets zeros of its own shape", () => {
  const other = input("other", [2, 2]);
  const [dx, dOther] = gradients(exp(x), [x, other]);
  assertAllclose(evaluate(dx!, feeds), [1, -2, 0.5].map(Math.exp), 1e-15);
  assert.deepEqual([dOther!.shape, ...evaluate(dOther!)], [[2, 2], 0, 0, 0, 0]);
});

test("the cotangent weighs the outputs, and must have their shape", () => {
  const cotangent = constant(Float32Array.of(1, 0, -2), [3]);
  assertAllclose(evaluate(gradients(multiply(x, x), [x], cotangent)[0]!, feeds), [2, 0, -2], 0);
  assert.throws(() => gradients(x, [x], constant(Float32Array.of(1), [1])), {
    name: "ShapeError",
    message: /^gradients: the cotangent must have the output's shape \[3\]; got \[1\]/,
  });
});

test("reverse mode passes through a gate, and freezing makes it a constant: (x sigmoid(x))' and sigmoid(x)", () => {
  const y = multiply(x, gate(sigmoid(x)));
  const s = feeds.x.map((value) => 1 / (1 + Math.exp(-value)));
  const live = s.map((value, i) => value + feeds.x[i]! * value * (1 - value));
  assertAllclose(derivative(y, x), live, 1e-14);
  assertAllclose(derivative(freeze([y])[0]!, x), s, 1e-15);
  assertAllclose(evaluate(freeze([y])[0]!, feeds), evaluate(y, feeds), 0);
});

test("a graph without gates is not rebuilt by freezing", () => {
  const y = exp(multiply(x, w));
  assert.equal(freeze([y])[0], y);
});

/** Gated attention among four pixels: linear in them once frozen. */
function frozenLinear(pictures: Tensor): Tensor {
  const scores = matmul(pictures, pictures, { transposeB: true }); // [B, 4, 4]
  return matmul(gate(softmax(scores)), multiply(pictures, gate(sigmoid(pictures))));
}

test("rows that add up to the input come out as rows that add up to the output", () => {
  const pictures = input("pictures", [1, 4, 3]);
  const y = frozenLinear(pictures);
  const parts = input("parts", [5, 4, 3]);
  const [rows] = forwardRows([y], new Map([[pictures, parts]]));
  assert.deepEqual(rows!.shape, [5, 4, 3]);
  const values = direction(3, 60);
  const whole = Array.from({ length: 12 }, (_, i) =>
    [0, 1, 2, 3, 4].reduce((s, r) => s + values[12 * r + i]!, 0),
  );
  const out = evaluate(rows!, { parts: values, pictures: whole });
  assertAllclose(sumOfRows(out, 12), evaluate(y, { pictures: whole }), 1e-14);
});

test("where no row arrives there is none", () => {
  assert.deepEqual(forwardRows([gate(x), exp(w)], new Map([[x, input("row", [3])]])), [undefined, undefined]);
});

test("an op that gives up the leading axis cannot take more rows than its input has", () => {
  const pictures = input("pictures", [1, 4, 3]);
  const flat = reshape(pictures, [12]);
  assert.throws(() => forwardRows([flat], new Map([[pictures, input("parts", [5, 4, 3])]])), {
    name: "ShapeError",
    message: /^reshape: rows need the leading axis kept, but \[1,4,3\] becomes \[12\]; built at /,
  });
  const [row] = forwardRows([flat], new Map([[pictures, input("part", [1, 4, 3])]]));
  assert.deepEqual(row?.shape, [12]);
});
