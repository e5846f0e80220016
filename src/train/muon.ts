import { add, divide, multiply, scale, shift, sqrt, subtract } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/product.js";
import { sumOfSquares } from "../graph/ops/reduce.js";
import { reshape, transpose } from "../graph/ops/structure.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";

/** A weight in training and the running mean of its gradient, of one shape. */
export interface Momentum<T> {
  readonly weights: T;
  readonly first: T;
}

/** What a step multiplies by: another number at every step. */
export interface MuonFactors<T> {
  /** What weight decay leaves of the weights. */
  readonly keep: T;
  readonly learningRate: T;
}

/** How far the mean of the gradient looks back. */
const MOMENTUM = 0.95;

/** Root mean square of an element's step at a learning rate of 1, about what AdamW's is. */
const STEP = 0.2;

/** Newton-Schulz iterations, and the quintic's coefficients, which bring singular values near 1 fast rather than exactly. */
const ITERATIONS = 5;
const [A, B, C] = [3.4445, -4.775, 2.0315];

/**
 * One step of Muon (Jordan et al. 2024; Liu et al. 2025 for the size of the step) as a graph: the weight, [O, ...], moves
 * along about the nearest matrix with orthonormal rows or columns, so that no direction of its gradient is drowned by
 * another. The length of the gradient does not matter, so it needs no clipping.
 */
export function muon(
  { weights, first }: Momentum<Tensor>,
  gradient: Tensor,
  { keep, learningRate }: MuonFactors<Tensor>,
): Momentum<Tensor> {
  const mean = add(scale(first, MOMENTUM), scale(gradient, 1 - MOMENTUM));
  const ahead = add(scale(mean, MOMENTUM), scale(gradient, 1 - MOMENTUM));
  const rows = weights.shape[0]!;
  const columns = sizeOf(weights.shape) / rows;
  const direction = orthogonalised(reshape(ahead, [rows, columns])); // [O, I]
  const size = STEP * Math.sqrt(Math.max(rows, columns));
  const step = multiply(scale(learningRate, size), reshape(direction, weights.shape));
  return { weights: subtract(multiply(keep, weights), step), first: mean };
}

/** A matrix [O, I] with its singular values brought near 1. */
function orthogonalised(matrix: Tensor): Tensor {
  const [rows, columns] = [matrix.shape[0]!, matrix.shape[1]!];
  if (rows > columns) return transpose(orthogonalised(transpose(matrix, [1, 0])), [1, 0]);
  const norm = sqrt(sumOfSquares(matrix, [0, 1])); // [1, 1]
  let x = divide(matrix, shift(norm, 1e-12));
  for (let i = 0; i < ITERATIONS; i++) {
    const square = matmul(x, x, { transposeB: true }); // [O, O]
    const mixed = add(scale(square, B), scale(matmul(square, square), C));
    x = add(scale(x, A), matmul(mixed, x));
  }
  return x;
}
