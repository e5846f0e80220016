import assert from "node:assert/strict";
import { test } from "node:test";
import { input } from "../../src/graph/ops/constant.js";
import { scale } from "../../src/graph/ops/elementwise.js";
import { lower, type OnnxModel } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { reusing } from "../../src/runtime/reuse.js";

const times = (factor: number) => lower({ y: scale(input("x", [2]), factor) });

/** A compiler that says what it compiles and what is freed. */
function spied() {
  const engine = nodeCompiler({ threads: 1 });
  const log: string[] = [];
  const compile = async (model: OnnxModel) => {
    const name = `model ${log.filter((line) => line.startsWith("made")).length + 1}`;
    log.push(`made ${name}`);
    const executable = await engine(model);
    return {
      ...executable,
      release: async () => {
        log.push(`freed ${name}`);
        await executable.release();
      },
    };
  };
  return { compile, log };
}
const x = Float32Array.of(1, 5);

test("equal models are compiled once and run after one user has let go; others are compiled anew", async () => {
  const { compile: engine, log } = spied();
  const { compile, release } = reusing(engine, 4);
  const [first, second, other] = [await compile(times(2)), await compile(times(2)), await compile(times(3))];
  await first.release();
  assert.deepEqual(await second.run({ x }), { y: Float32Array.of(2, 10) });
  assert.deepEqual(await other.run({ x }), { y: Float32Array.of(3, 15) });
  assert.deepEqual(log, ["made model 1", "made model 2"]);
  await release();
  assert.deepEqual(log.slice(2).toSorted(), ["freed model 1", "freed model 2"]);
});

test("what was unused longest gives way, and never what is in use", async () => {
  const { compile: engine, log } = spied();
  const { compile, release } = reusing(engine, 2);
  const used = await compile(times(2));
  for (const factor of [3, 4, 3]) await (await compile(times(factor))).release();
  assert.deepEqual(log, [
    "made model 1",
    "made model 2",
    "freed model 2",
    "made model 3",
    "freed model 3",
    "made model 4",
  ]);
  assert.deepEqual(await used.run({ x }), { y: Float32Array.of(2, 10) });
  await release();
});
