import { scalar } from "../../src/graph/ops/constant.js";
import { multiply, subtract } from "../../src/graph/ops/elementwise.js";
import { apply, type Op, type Tensor } from "../../src/graph/tensor.js";

/** The derivative in terms of the value: 1 - y^2. */
const slope = (y: Tensor): Tensor => subtract(scalar(1), multiply(y, y));

const tanhOp: Op<null> = {
  name: "tanh",
  shape: ([x]) => x!,
  vjp: (g, node) => [multiply(g, slope(node))],
  tangent: ([dx], node) => dx && multiply(dx, slope(node)),
  lower: (emit, inputs) => emit.node("Tanh", inputs),
  evaluate: ([x]) => x!.map(Math.tanh),
};

/** Hyperbolic tangent. */
export const tanh = (x: Tensor): Tensor => apply(tanhOp, [x], null);
