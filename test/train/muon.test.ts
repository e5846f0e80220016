import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Matrix, SVD } from "ml-matrix";
import { input, scalar } from "../../src/graph/ops/constant.js";
import { generatorOf, normalFrom } from "../../src/random.js";
import { muon } from "../../src/train/muon.js";
import { assertAllclose } from "../allclose.js";
import { evaluate } from "../graph/derivatives.js";

const LEARNING_RATE = 0.01;

function normals(count: number, seed: number): Float64Array {
  const normal = normalFrom(generatorOf(seed));
  return Float64Array.from({ length: count }, () => normal());
}

/** A weight [O, I] and its momentum after a step from zero momentum, or from the one given. */
function stepped(
  [rows, columns]: readonly [number, number],
  weights: ArrayLike<number>,
  gradient: ArrayLike<number>,
  { first = new Float64Array(weights.length), keep = 1 }: { first?: ArrayLike<number>; keep?: number } = {},
) {
  const of = (name: string) => input(name, [rows, columns]);
  const after = muon({ weights: of("weights"), first: of("first") }, of("gradient"), {
    keep: scalar(keep),
    learningRate: scalar(LEARNING_RATE),
  });
  const feeds = { weights, gradient, first };
  return { weights: evaluate(after.weights, feeds), first: evaluate(after.first, feeds) };
}

/** The step [O, I] that was taken from zero weights, in units of the learning rate and the larger side's root. */
function direction(shape: readonly [number, number], gradient: ArrayLike<number>): Matrix {
  const { weights } = stepped(shape, new Float64Array(gradient.length), gradient);
  const unit = -0.2 * LEARNING_RATE * Math.sqrt(Math.max(...shape));
  return Matrix.from1DArray(
    ...shape,
    Array.from(weights, (value) => value / unit),
  );
}

const shapes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));

describe("Muon", () => {
  test("steps along the gradient's own directions, all of about the same length", () => {
    fc.assert(
      fc.property(shapes, fc.nat(1000), ([rows, columns], seed) => {
        const gradient = normals(rows * columns, seed);
        const { diagonal } = new SVD(Matrix.from1DArray(rows, columns, [...gradient]), {
          autoTranspose: true,
        });
        fc.pre(Math.min(...diagonal) > 0.05 * Math.max(...diagonal));
        const step = direction([rows, columns], gradient);
        const sizes = new SVD(step, { autoTranspose: true }).diagonal;
        assert.ok(
          sizes.every((size) => size > 0.5 && size < 1.3),
          `${sizes}`,
        );
        // U S' V^T: against the gradient's U S V^T, it gains the sum of S S'.
        const gained = step.to1DArray().reduce((total, value, i) => total + value * gradient[i]!, 0);
        const nuclear = diagonal.reduce((total, value) => total + value, 0);
        assert.ok(gained > 0.5 * nuclear && gained < 1.3 * nuclear, `${gained} of ${nuclear}`);
      }),
      { numRuns: 50 },
    );
  });

  test("takes the same step whatever the gradient is multiplied by", () => {
    const gradient = normals(12, 3);
    const louder = gradient.map((value) => 1000 * value);
    assertAllclose(direction([3, 4], louder).to1DArray(), direction([3, 4], gradient).to1DArray(), 1e-9);
  });

  test("treats a matrix and its transpose alike", () => {
    const gradient = Matrix.from1DArray(3, 5, Array.from(normals(15, 4)));
    const turned = direction([5, 3], Float64Array.from(gradient.transpose().to1DArray()));
    const straight = direction([3, 5], Float64Array.from(gradient.to1DArray()));
    assertAllclose(turned.transpose().to1DArray(), straight.to1DArray(), 1e-9);
  });

  test("remembers gradients by 0.95, and decays weights by what it is told", () => {
    const [weights, first, gradient] = [5, 6, 7].map((seed) => normals(6, seed));
    const plain = stepped([2, 3], weights!, gradient!, { first: first! });
    assertAllclose(
      plain.first,
      first!.map((value, i) => 0.95 * value + 0.05 * gradient![i]!),
      1e-12,
    );
    const decayed = stepped([2, 3], weights!, gradient!, { first: first!, keep: 0.9 });
    assertAllclose(
      decayed.weights,
      plain.weights.map((value, i) => value - 0.1 * weights![i]!),
      1e-12,
    );
  });

  test("does nothing without a gradient", () => {
    const weights = normals(6, 8);
    assertAllclose(stepped([2, 3], weights, new Float64Array(6)).weights, weights, 1e-12);
  });
});
