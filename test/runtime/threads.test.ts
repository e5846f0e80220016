import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { input } from "../../src/graph/ops/constant.js";
import { multiply, scale } from "../../src/graph/ops/elementwise.js";
import { matmul } from "../../src/graph/ops/product.js";
import type { Tensor } from "../../src/graph/tensor.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { threadCompiler } from "../../src/runtime/threads.js";
import { direction } from "../graph/derivatives.js";

const compile = threadCompiler({ threads: 1 });

/** What is made of a and b, each [8, 8]. */
const executable = (make: (a: Tensor, b: Tensor) => Tensor, compiler = compile) =>
  compiler(lower({ y: make(input("a", [8, 8]), input("b", [8, 8])) }));
const feeds = { a: Float32Array.from(direction(1, 64)), b: Float32Array.from(direction(2, 64)) };

describe("a session in a thread of its own", () => {
  test("gives what one in this thread gives, bit for bit, run after run", async () => {
    const [there, here] = [await executable(matmul), await executable(matmul, nodeCompiler({ threads: 1 }))];
    const expected = await here.run(feeds);
    for (let i = 0; i < 3; i++) assert.deepEqual(await there.run(feeds), expected);
    await Promise.all([there.release(), here.release()]);
  });

  test("keeps what it was fed, and writes where it is told to", async () => {
    const there = await executable(multiply);
    const y = new Float32Array(64);
    const before = structuredClone(feeds);
    const results = await there.run(feeds, { y });
    assert.equal(results.y, y);
    assert.deepEqual(
      y,
      feeds.a.map((value, i) => value * feeds.b[i]!),
    );
    assert.deepEqual(feeds, before);
    await there.release();
  });

  test("runs beside others", async () => {
    const factors = [1, 2, 3];
    const several = await Promise.all(factors.map((factor) => executable((a) => scale(a, factor))));
    const results = await Promise.all(several.map((each) => each.run(feeds)));
    for (const [i, { y }] of results.entries()) {
      assert.deepEqual(
        y,
        feeds.a.map((value) => value * factors[i]!),
      );
    }
    await Promise.all(several.map((each) => each.release()));
  });

  test("flushes denormals to zero, in every thread", async () => {
    const several = await Promise.all([0, 1, 2].map(() => executable(multiply)));
    const small = { a: new Float32Array(64).fill(1e-20), b: new Float32Array(64).fill(1e-20) };
    for (const each of several) assert.deepEqual((await each.run(small)).y, new Float32Array(64));
    await Promise.all(several.map((each) => each.release()));
  });

  test("says what is wrong with its input", async () => {
    const there = await executable(multiply);
    await assert.rejects(there.run({ a: feeds.a }), /input "b" was not fed/);
    await assert.rejects(there.run({ ...feeds, b: new Float32Array(3) }), /\[8,8\] = 64 values; got 3/);
    await there.release();
  });
});
