import assert from "node:assert/strict";
import { test } from "node:test";
import { input } from "../../src/graph/ops/constant.js";
import { scale } from "../../src/graph/ops/elementwise.js";
import { lower, type OnnxModel } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { reusing } from "../../src/runtime/reuse.js";

const times = (factor: number) => lower({ y: scale(input("x", [2]), factor) });

test("equal models are compiled once and run after one user has let go; others are compiled anew", async () => {
  const compiled: OnnxModel[] = [];
  const engine = nodeCompiler({ threads: 1 });
  const { compile, release } = reusing((model) => {
    compiled.push(model);
    return engine(model);
  });
  const [first, second, other] = [await compile(times(2)), await compile(times(2)), await compile(times(3))];
  await first.release();
  const x = Float32Array.of(1, 5);
  assert.deepEqual(await second.run({ x }), { y: Float32Array.of(2, 10) });
  assert.deepEqual(await other.run({ x }), { y: Float32Array.of(3, 15) });
  assert.equal(compiled.length, 2);
  await release();
});
