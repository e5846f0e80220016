import { scalar } from "../graph/ops/constant.js";
import { divide, multiply, sqrt } from "../graph/ops/elementwise.js";
import { isMaximum, sum, sumOfSquares } from "../graph/ops/reduce.js";
import { concat, reshape } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";

/** Euclidean norm of all gradients taken together: [1]. */
export function globalNorm(gradients: readonly Tensor[]): Tensor {
  const squares = gradients.map((g) => reshape(sumOfSquares(g, [...g.shape.keys()]), [1]));
  return sqrt(sum(concat(squares, 0), [0]));
}

/** The factor [] that brings gradients of norm [1] down to `limit`; 1 if they are within it. */
export function clipFactor(norm: Tensor, limit: number): Tensor {
  const both = concat([reshape(norm, [1, 1]), scalar(limit, [1, 1])], 1);
  const larger = sum(multiply(both, isMaximum(both, 1)), [1]);
  return reshape(divide(scalar(limit, [1, 1]), larger), []);
}
