import assert from "node:assert/strict";
import { test } from "node:test";
import { tanh } from "../../docs/examples/tanh.js";
import { forwardRows, gradients, input, lower, nodeCompiler } from "../../src/index.js";
import { assertAllclose } from "../allclose.js";
import { dot, evaluate, finiteDifference } from "../graph/derivatives.js";

const x = input("x", [2, 2]);
const y = tanh(x);
const feeds = { x: [0, 0.5, -1, 3] };
const g = [1, -2, 0.5, 4];
const v = [0.3, 0.7, -1, 0.2];

test("tanh: shape and known values", () => {
  assert.deepEqual(y.shape, [2, 2]);
  assertAllclose(evaluate(tanh(input("x", [2])), { x: [0, Math.log(2)] }), [0, 0.6], 1e-15);
});

test("tanh: cotangents and tangents = finite differences", () => {
  const expected = finiteDifference(y, feeds, "x", v, g);
  const [dx] = gradients(y, [x], input("g", [2, 2]));
  assertAllclose([dot(evaluate(dx!, { ...feeds, g }), v)], [expected], 1e-8);
  const [dy] = forwardRows([y], new Map([[x, input("v", [2, 2])]]));
  assertAllclose([dot(evaluate(dy!, { ...feeds, v }), g)], [expected], 1e-8);
});

test("tanh: ONNX Runtime = interpreter", async () => {
  const network = await nodeCompiler()(lower({ y }));
  const results = await network.run({ x: Float32Array.from(feeds.x) });
  await network.release();
  assertAllclose(results.y!, evaluate(y, feeds), 1e-6);
});
