import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { silu } from "../../src/bcos/activations.js";
import { gradients } from "../../src/graph/gradient.js";
import { interpret } from "../../src/graph/interpret.js";
import { peakElements } from "../../src/graph/liveness.js";
import { input } from "../../src/graph/ops/constant.js";
import { add, exp, multiply, sigmoid } from "../../src/graph/ops/elementwise.js";
import { gate, keep } from "../../src/graph/ops/gate.js";
import { matmul } from "../../src/graph/ops/product.js";
import { sumOfSquares } from "../../src/graph/ops/reduce.js";
import { softmax } from "../../src/graph/ops/softmax.js";
import { standardise } from "../../src/graph/ops/standardise.js";
import { reshape } from "../../src/graph/ops/structure.js";
import { plan } from "../../src/graph/plan.js";
import { recomputingGradients } from "../../src/graph/recompute.js";
import type { Tensor } from "../../src/graph/tensor.js";
import { direction } from "./derivatives.js";

const [ROWS, WIDTH] = [16, 4];

/** A stack of blocks with inner widths above that of the stream, the first block's stream added again at the end. */
function stack(depth: number): { loss: Tensor; weights: Tensor[]; feeds: Record<string, number[]> } {
  const x = input("x", [ROWS, WIDTH]);
  const weights = Array.from({ length: depth }, (_, i) => input(`w${i}`, [WIDTH, WIDTH]));
  const streams = [x];
  for (const w of weights) {
    const stream = streams.at(-1)!;
    const projected = matmul(standardise(stream, 1, 1e-5), w);
    const heard = matmul(gate(softmax(matmul(projected, projected, { transposeB: true }))), projected);
    streams.push(keep(add(stream, silu(multiply(heard, gate(sigmoid(projected)))))));
  }
  const loss = sumOfSquares(add(streams.at(-1)!, exp(streams[1]!)), [0, 1]);
  const feeds = Object.fromEntries(
    weights.map(({ op: _, shape }, i) => [`w${i}`, direction(i, shape[0]! * shape[1]!)]),
  );
  return { loss, weights, feeds: { ...feeds, x: direction(99, ROWS * WIDTH) } };
}

describe("gradients that recompute", () => {
  test("are those that do not, to the last bit, where streams skip stretches too", () => {
    const { loss, weights, feeds } = stack(5);
    const kept = interpret(gradients(loss, weights), feeds);
    assert.ok(kept.every((gradient) => gradient.some((value) => value !== 0)));
    assert.deepEqual(interpret(recomputingGradients(loss, weights), feeds), kept);
  });

  test("hold one stretch at a time: each block more costs its stream instead of all that is inside", () => {
    const perBlock = (of: typeof gradients) => {
      const peak = (depth: number) => {
        const { loss, weights } = stack(depth);
        return peakElements([loss, ...of(loss, weights)]);
      };
      return (peak(24) - peak(8)) / 16;
    };
    const [kept, recomputed] = [perBlock(gradients), perBlock(recomputingGradients)];
    assert.ok(kept > ROWS * ROWS, `${kept} a block`); // attention alone
    assert.equal(recomputed, ROWS * WIDTH);
  });

  test("compute twice what lies between two marks, and no more", () => {
    const { loss, weights } = stack(6);
    const count = (of: typeof gradients) =>
      plan([loss, ...of(loss, weights)]).steps.filter(({ node }) => node.op.name === "softmax").length;
    assert.equal(count(gradients), 6);
    // the first block comes before any mark
    assert.equal(count(recomputingGradients), 6 + 5);
  });

  test("without marks are the plain ones", () => {
    const w = input("w", [3]);
    const y = sumOfSquares(exp(w), [0]);
    assert.deepEqual(plan(recomputingGradients(y, [w])).steps, plan(gradients(y, [w])).steps);
  });
});

describe("the memory that a graph takes", () => {
  const x = input("x", [2, 5]);

  test("is what is still needed, at the worst moment", () => {
    assert.equal(peakElements([exp(exp(exp(x)))]), 20);
    const first = exp(x);
    assert.equal(peakElements([add(first, exp(exp(first)))]), 30);
  });

  test("counts neither inputs, nor outputs, nor the same values in another shape", () => {
    assert.equal(peakElements([x, exp(x), exp(exp(x))]), 0);
    assert.equal(peakElements([exp(reshape(exp(x), [10]))]), 10);
  });
});
