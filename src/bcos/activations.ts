import { composite } from "../graph/composite.js";
import { add, erfOf, exp, multiply, scale, shift, sigmoid, subtract } from "../graph/ops/elementwise.js";
import { gate } from "../graph/ops/gate.js";
import type { Tensor } from "../graph/tensor.js";

const siluOp = composite<null>({
  name: "silu",
  define: ([x]) => multiply(x!, gate(sigmoid(x!))),
  vjp(g, node) {
    const s = sigmoid(node.inputs[0]!);
    const y = multiply(node.inputs[0]!, s);
    return [multiply(g, subtract(add(s, y), multiply(y, s)))];
  },
});

/** x sigmoid(x), the sigmoid a gate. */
export const silu = (x: Tensor): Tensor => siluOp([x], null);

/** Standard normal distribution function. */
const normalCdf = (x: Tensor): Tensor => scale(shift(erfOf(scale(x, Math.SQRT1_2)), 1), 0.5);

const geluOp = composite<null>({
  name: "gelu",
  define: ([x]) => multiply(x!, normalCdf(x!)),
  vjp(g, { inputs: [x] }) {
    const density = scale(exp(scale(multiply(x!, x!), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [multiply(g, add(normalCdf(x!), multiply(x!, density)))];
  },
});

/** Exact GELU, x Phi(x). */
export const gelu = (x: Tensor): Tensor => geluOp([x], null);

/** value * gate(gelu(control)): the gated half of a GEGLU feed-forward layer. */
export const gegluGate = (value: Tensor, control: Tensor): Tensor => multiply(value, gate(gelu(control)));
