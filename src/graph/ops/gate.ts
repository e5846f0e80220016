import { apply, type Op, type Tensor } from "../tensor.js";

const gateOp: Op<null> = {
  name: "gate",
  shape: ([x]) => x!,
  vjp: (g) => [g],
  tangent: () => undefined,
  lower: (_emit, [x]) => x!,
  evaluate: ([x]) => x!,
};

/**
 * Marks a dynamic factor of a layer: |cos|, 1/std, an attention matrix.
 *
 * Reverse mode passes through it, so that training is not affected; forward rows and `freeze` take it as a constant,
 * which is what makes the network linear for an explanation (Eq. 1).
 */
export const gate = (x: Tensor): Tensor => apply(gateOp, [x], null);

/** Whether a node is a gate. */
export const isGate = (node: Tensor): boolean => node.op === gateOp;

const holdOp: Op<null> = {
  ...gateOp,
  name: "hold",
  vjp: () => [undefined],
};

/** Whether a node has its input's value, and says something about derivatives alone. */
export const passesOn = (node: Tensor): boolean => node.op === gateOp || node.op === holdOp;

/** The same value, without a derivative in either direction. */
export const hold = (x: Tensor): Tensor => apply(holdOp, [x], null);
