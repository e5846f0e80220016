import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import { constant } from "../../src/graph/ops/constant.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { toFloat32 } from "../../src/safetensors/convert.js";
import { readSafetensors } from "../../src/safetensors/read.js";
import { type AdamWSettings, adamW, adamWFactors } from "../../src/train/adamw.js";
import { averageDecay, moveAverage } from "../../src/train/average.js";
import { clipFactor, globalNorm } from "../../src/train/clip.js";
import { factorsAt, groupsOf, openOptimiser } from "../../src/train/optimiser.js";
import type { TrainedParameter } from "../../src/train/state.js";
import { assertAllclose } from "../allclose.js";
import { evaluate } from "../graph/derivatives.js";
import { trainingConfig } from "./tiny.js";

const settings = { learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

/** Weights and moments after a step, from zero moments unless given. */
function stepped(
  weights: ArrayLike<number>,
  gradient: ArrayLike<number>,
  {
    step = 1,
    first,
    second,
    clip,
    ...changed
  }: Partial<AdamWSettings> & {
    step?: number;
    first?: Float64Array;
    second?: Float64Array;
    clip?: number;
  } = {},
) {
  const own = { ...settings, ...changed };
  const moments = {
    weights: Float64Array.from(weights),
    first: first ?? new Float64Array(weights.length),
    second: second ?? new Float64Array(weights.length),
  };
  adamW(moments, Float64Array.from(gradient), own, adamWFactors(step, own), clip);
  return moments;
}

describe("AdamW", () => {
  test("walks the way of PyTorch's", () => {
    const { tensors } = readSafetensors(readFileSync("test/reference/diffusion.safetensors"));
    const [start, gradients, trajectory] = ["p0", "grads", "trajectory"].map((name) =>
      toFloat32(tensors.get(`adamw/${name}`)!),
    );
    let state: { weights: ArrayLike<number>; first?: Float64Array; second?: Float64Array } = {
      weights: start!,
    };
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
  const parameters = (values: readonly number[]): TrainedParameter[] => [
    {
      name: "w",
      shape: [values.length],
      weights: Float32Array.from(values),
      first: new Float32Array(values.length),
      second: new Float32Array(values.length),
      average: Float32Array.from(values),
    },
  ];

  /** The parameter [5, 5] after its first step from zero moments, along a gradient [3, 4] of norm 5. */
  const moved = async (change: object) => {
    const config = trainingConfig({ beta1: 0.5, ...change });
    const [parameter] = parameters([5, 5]);
    const optimiser = await openOptimiser([parameter!], config, nodeCompiler());
    await optimiser.move({ "gradient w": Float32Array.of(3, 4) }, factorsAt(1, 5, config));
    await optimiser.release();
    return parameter!;
  };

  test("takes gradients down to the norm that settings allow, and as they are if they name none", async () => {
    assertAllclose((await moved({ clip: 1 })).first, [0.3, 0.4], 1e-6);
    assertAllclose((await moved({ clip: 10 })).first, [1.5, 2], 1e-6);
    assertAllclose((await moved({ clip: null })).first, [1.5, 2], 1e-6);
  });

  test("moves weights by the learning rate, and their average by its share of that", async () => {
    const { weights, average } = await moved({ learningRate: 0.25, warmup: 0, ema: 0 });
    assertAllclose(weights, [4.75, 4.75], 1e-6);
    assertAllclose(average, weights, 1e-6);
    const slow = await moved({ learningRate: 0.25, warmup: 0, ema: 0.999 });
    assertAllclose(slow.average, [5 - (0.25 * 9) / 11, 5 - (0.25 * 9) / 11], 1e-6);
  });
});

describe("the average of the weights", () => {
  test("moves by what the decay leaves", () => {
    const average = Float64Array.of(1, -2);
    moveAverage(average, Float64Array.of(3, 2), 1 - 0.75);
    assertAllclose(average, [1.5, -1], 1e-12);
  });

  test("forgets its start: the decay begins small and rises to its limit", () => {
    assert.equal(averageDecay(0.999, 0), 0.1);
    assert.equal(averageDecay(0.999, 8), 0.5);
    assert.equal(averageDecay(0.999, 1e6), 0.999);
    for (let step = 1; step < 2000; step++)
      assert.ok(averageDecay(0.99, step) >= averageDecay(0.99, step - 1));
  });
});
