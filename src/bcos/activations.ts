import { composite } from "../graph/composite.js";
import { add, erfOf, exp, multiply, scale, shift, sigmoid, subtract } from "../graph/ops/elementwise.js";
import { gate } from "../graph/ops/gate.js";
import { concat, slice } from "../graph/ops/structure.js";
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

/** Phi(x) + x phi(x). */
function geluSlope(x: Tensor): Tensor {
  const density = scale(exp(scale(multiply(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return add(normalCdf(x), multiply(x, density));
}

const geluOp = composite<null>({
  name: "gelu",
  define: ([x]) => multiply(x!, normalCdf(x!)),
  vjp: (g, { inputs: [x] }) => [multiply(g, geluSlope(x!))],
});

/** Exact GELU, x Phi(x). */
export const gelu = (x: Tensor): Tensor => geluOp([x], null);

const gegluOp = composite<null>({
  name: "geglu",
  define([both]) {
    const [value, control] = halves(both!);
    return multiply(value, gate(gelu(control)));
  },
  // Both halves of the cotangent side by side: cheaper than adding two that are padded with zeros.
  vjp(g, { inputs: [both] }) {
    const [value, control] = halves(both!);
    return [
      concat(
        [multiply(g, gelu(control)), multiply(multiply(g, value), geluSlope(control))],
        g.shape.length - 1,
      ),
    ];
  },
});

function halves(both: Tensor): readonly [Tensor, Tensor] {
  const axis = both.shape.length - 1;
  const width = both.shape[axis]! / 2;
  return [slice(both, axis, 0, width), slice(both, axis, width, 2 * width)];
}

/** value * gate(gelu(control)) of [..., value | control]: the gated unit of a GEGLU feed-forward layer (Shazeer 2020). */
export const geglu = (both: Tensor): Tensor => gegluOp([both], null);
