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

const keepOp: Op<null> = {
  ...gateOp,
  name: "keep",
  tangent: ([dx]) => dx && keep(dx),
};

/** Marks what `recomputingGradients` keeps from the forward pass: all else between two marks is computed a second time. */
export const keep = (x: Tensor): Tensor => apply(keepOp, [x], null);

/** Whether a node is such a mark. */
export const isKept = (node: Tensor): boolean => node.op === keepOp;

/** Whether a node has its input's value, and says something about derivatives alone. */
export const passesOn = (node: Tensor): boolean =>
  node.op === gateOp || node.op === holdOp || node.op === keepOp;

/** The same value, without a derivative in either direction. */
export const hold = (x: Tensor): Tensor => apply(holdOp, [x], null);
