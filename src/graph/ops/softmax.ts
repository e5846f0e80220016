import { apply, type Op, type Tensor } from "../tensor.js";
import { multiply, subtract } from "./elementwise.js";
import { sum } from "./reduce.js";

/** y * (d - sum(y * d)): the Jacobian of softmax is symmetric, so it serves both directions. */
function applyJacobian(d: Tensor, y: Tensor): Tensor {
  const weighted = multiply(d, y);
  return subtract(weighted, multiply(y, sum(weighted, [weighted.shape.length - 1])));
}

const softmaxOp: Op<null> = {
  name: "softmax",
  shape: ([x]) => x!,
  vjp: (g, node) => [applyJacobian(g, node)],
  tangent: ([dx], node) => dx && applyJacobian(dx, node),
  lower: (emit, [x]) => emit.node("Softmax", [x!], { axis: -1 }),
  evaluate([x], node) {
    const width = node.shape.at(-1)!;
    const result = new Float64Array(x!.length);
    for (let start = 0; start < x!.length; start += width) {
      const row = x!.subarray(start, start + width);
      const top = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const weights = row.map((value) => Math.exp(value - top));
      const total = weights.reduce((a, b) => a + b, 0);
      result.set(
        weights.map((value) => value / total),
        start,
      );
    }
    return result;
  },
};

/** Softmax over the last axis. */
export const softmax = (x: Tensor): Tensor => apply(softmaxOp, [x], null);
