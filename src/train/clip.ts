import { sqrt } from "../graph/ops/elementwise.js";
import { sum, sumOfSquares } from "../graph/ops/reduce.js";
import { concat, reshape } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";

/** Euclidean norm of all gradients taken together: [1]. */
export function globalNorm(gradients: readonly Tensor[]): Tensor {
  const squares = gradients.map((g) => reshape(sumOfSquares(g, [...g.shape.keys()]), [1]));
  return sqrt(sum(concat(squares, 0), [0]));
}

/** The factor that brings gradients of this norm down to `limit`; 1 if they are within it. */
export const clipFactor = (norm: number, limit: number): number => limit / Math.max(limit, norm);
