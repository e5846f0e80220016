import { add, scale, subtract } from "../graph/ops/elementwise.js";
import { sumOfSquares } from "../graph/ops/reduce.js";
import { pad, slice } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";

/**
 * Squared error of each pixel [N, 1, H, W] of errors [N, C, H, W], plus `detail` times that of its steps to the pixels right of
 * it and below.
 *
 * Grain, a grid, a soft outline are small errors that change from pixel to pixel: without steps they hardly count beside a
 * shade that is a little off everywhere. The mean of all pictures that may be meant is what makes either least.
 */
export function squaredError(difference: Tensor, detail: number): Tensor {
  const square = sumOfSquares(difference, [1]);
  if (detail === 0) return square;
  const steps = [2, 3].map((axis) => sumOfSquares(stepsAlong(difference, axis), [1]));
  return steps.reduce((sum, step) => add(sum, scale(step, detail)), square);
}

/** Each element's successor along an axis less itself; 0 for the last, which has none. */
function stepsAlong(x: Tensor, axis: number): Tensor {
  const count = x.shape[axis]!;
  const steps = subtract(slice(x, axis, 1, count), slice(x, axis, 0, count - 1));
  return pad(steps, axis, 0, 1);
}
