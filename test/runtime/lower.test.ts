import assert from "node:assert/strict";
import { test } from "node:test";
import { input } from "../../src/graph/ops/constant.js";
import { multiply, scale } from "../../src/graph/ops/elementwise.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { reusing } from "../../src/runtime/reuse.js";

const weights = new Map([["layers.0.weight", Float32Array.of(3, -2)]]);
const outputs = { y: multiply(input("x", [2]), scale(input("layers.0.weight", [2]), 10)) };

test("constants beside a model give what constants inside it give", async () => {
  const [inside, beside] = [lower(outputs, weights), lower(outputs, weights, 7)];
  assert.equal(inside.beside.size, 0);
  assert.equal(beside.beside.get("layers.0.weight"), weights.get("layers.0.weight"));
  assert.deepEqual(
    beside.inputs.map(({ name }) => name),
    ["x"],
  );
  for (const model of [inside, beside]) {
    const executable = await nodeCompiler({ threads: 1 })(model);
    const { y } = await executable.run({ x: Float32Array.of(1, 2) });
    await executable.release();
    assert.deepEqual(y, Float32Array.of(30, -40));
  }
});

test("models with other constants beside them are not taken for one", async () => {
  const { compile, release } = reusing(nodeCompiler({ threads: 1 }), 4);
  const others = new Map([["layers.0.weight", Float32Array.of(1, 1)]]);
  const results = [];
  for (const constants of [weights, others, weights]) {
    const { run } = await compile(lower(outputs, constants, 0));
    results.push((await run({ x: Float32Array.of(1, 2) })).y);
  }
  await release();
  assert.deepEqual(results, [Float32Array.of(30, -40), Float32Array.of(10, 20), Float32Array.of(30, -40)]);
});

test("an output may not take the name of an input or of a constant", () => {
  const x = input("x", [2]);
  const taken = /an input and an output are named "x"/;
  assert.throws(() => lower({ x: scale(x, 2) }), taken);
  assert.throws(() => lower({ x: scale(x, 2) }, new Map([["x", Float32Array.of(1, 2)]])), taken);
});
