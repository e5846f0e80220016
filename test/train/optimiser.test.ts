import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import { constant, input, scalar } from "../../src/graph/ops/constant.js";
import type { Tensor } from "../../src/graph/tensor.js";
import { toFloat32 } from "../../src/safetensors/convert.js";
import { readSafetensors } from "../../src/safetensors/read.js";
import { type AdamWSettings, adamW, adamWFactors } from "../../src/train/adamw.js";
import { averageDecay, movedAverage } from "../../src/train/average.js";
import { clipFactor, globalNorm } from "../../src/train/clip.js";
import { factorsAt, groupsOf, updateGraph } from "../../src/train/step.js";
import { assertAllclose } from "../allclose.js";
import { evaluate } from "../graph/derivatives.js";
import { trainingConfig } from "./tiny.js";

const settings = { learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

type Numbers = ArrayLike<number>;

/** Weights and moments after a step, from zero moments unless given. */
function stepped(
  weights: Numbers,
  gradient: Numbers,
  {
    step = 1,
    first,
    second,
    clip,
    ...changed
  }: Partial<AdamWSettings> & {
    step?: number;
    first?: Numbers;
    second?: Numbers;
    clip?: number;
  } = {},
) {
  const own = { ...settings, ...changed };
  const of = (name: string) => input(name, [weights.length]);
  const { keep, rate, epsilon } = adamWFactors(step, own);
  const after = adamW(
    { weights: of("weights"), first: of("first"), second: of("second") },
    of("gradient"),
    own,
    { keep: scalar(keep), rate: scalar(rate), epsilon: scalar(epsilon) },
    clip === undefined ? undefined : scalar(clip),
  );
  const zeros = new Float64Array(weights.length);
  const feeds = { weights, gradient, first: first ?? zeros, second: second ?? zeros };
  const value = (tensor: Tensor) => evaluate(tensor, feeds);
  return { weights: value(after.weights), first: value(after.first), second: value(after.second) };
}

describe("AdamW", () => {
  test("walks the way of PyTorch's", () => {
    const { tensors } = readSafetensors(readFileSync("test/reference/diffusion.safetensors"));
    const [start, gradients, trajectory] = ["p0", "grads", "trajectory"].map((name) =>
      toFloat32(tensors.get(`adamw/${name}`)!),
    );
    let state: { weights: Numbers; first?: Numbers; second?: Numbers } = { weights: start! };
    for (let step = 1; step <= 6; step++) {
      const at = (rows: Float32Array) => rows.subarray(50 * (step - 1), 50 * step);
      state = stepped(state.weights, at(gradients!), { ...state, step });
      assertAllclose(state.weights, at(trajectory!), 1e-6, `weights after step ${step}`);
    }
  });

  test("its first step goes the learning rate against the gradient's sign, whatever its size", () => {
    const { weights } = stepped([1, 1, 1], [1e-3, -20, 0], { weightDecay: 0 });
    assertAllclose(weights, [1 - 0.003, 1 + 0.003, 1], 1e-5);
  });

  test("weight decay shrinks weights beside the gradient, not through it", () => {
    const { weights } = stepped([2], [0], { learningRate: 0.1, weightDecay: 0.5 });
    assertAllclose(weights, [2 * (1 - 0.1 * 0.5)], 1e-12);
  });

  test("the clipping factor scales the gradient", () => {
    assert.deepEqual(stepped([1, 2], [0.5, -1], { clip: 0.5 }), stepped([1, 2], [0.25, -0.5], { clip: 1 }));
  });
});

describe("clipping", () => {
  test("the norm is that of all gradients taken together", () => {
    const gradients = [constant(Float32Array.of(2, 4), [2, 1]), constant(Float32Array.of(-4), [1])];
    assert.deepEqual([...evaluate(globalNorm(gradients))], [6]);
  });

  test("the factor brings a norm down to the limit, and never up", () => {
    assert.equal(clipFactor(0.5, 1), 1);
    assert.equal(clipFactor(0, 1), 1);
    const size = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(size, size, (norm, limit) => {
        assertAllclose([norm * clipFactor(norm, limit)], [Math.min(norm, limit)], 1e-12);
      }),
    );
  });
});

test("parameters are moved in groups of so many numbers, one that is larger by itself", () => {
  const shapes = [[2, 3], [4], [11], [1], [3, 3], [1]].map((shape) => ({ shape }));
  const sizes = groupsOf(shapes, 10).map((group) => group.map(({ shape }) => shape.join("x")));
  assert.deepEqual(sizes, [["2x3", "4"], ["11"], ["1", "3x3"], ["1"]]);
});

describe("a training step", () => {
  /** The mean of a gradient [3, 4], of norm 5, after the first step from zero. */
  const firstMoment = (clip: number | null) => {
    const config = trainingConfig({ beta1: 0.5, clip });
    const graph = updateGraph([{ name: "w", shape: [2] }], config);
    const scalars = Object.entries(factorsAt(1, 5, config)).map(([name, value]) => [name, [value]]);
    return evaluate(graph["new first w"]!, {
      ...Object.fromEntries(scalars),
      "gradient w": [3, 4],
      "first w": [0, 0],
    });
  };

  test("takes gradients down to the norm that settings allow, and as they are if they name none", () => {
    assertAllclose(firstMoment(1), [0.3, 0.4], 1e-6);
    assertAllclose(firstMoment(10), [1.5, 2], 1e-6);
    assertAllclose(firstMoment(null), [1.5, 2], 1e-6);
  });
});

describe("the average of the weights", () => {
  test("moves by what the decay leaves", () => {
    const moved = movedAverage(input("average", [2]), input("weights", [2]), scalar(1 - 0.75));
    assertAllclose(evaluate(moved, { average: [1, -2], weights: [3, 2] }), [1.5, -1], 1e-12);
  });

  test("forgets its start: the decay begins small and rises to its limit", () => {
    assert.equal(averageDecay(0.999, 0), 0.1);
    assert.equal(averageDecay(0.999, 8), 0.5);
    assert.equal(averageDecay(0.999, 1e6), 0.999);
    for (let step = 1; step < 2000; step++)
      assert.ok(averageDecay(0.99, step) >= averageDecay(0.99, step - 1));
  });
});
