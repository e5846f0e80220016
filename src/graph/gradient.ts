import { scalar } from "./ops/constant.js";
import { add } from "./ops/elementwise.js";
import { dependents, topological } from "./order.js";
import { formatShape, sameShape } from "./shape.js";
import { ShapeError } from "./shape-error.js";
import type { Tensor } from "./tensor.js";

/**
 * Reverse mode: the vector-Jacobian product of `cotangent` (default 1 everywhere) with respect to each of `wrt`.
 *
 * Gates are differentiated like everything else; for the frozen network, `freeze` the output first. A tensor that the
 * output does not depend on gets zeros. Throws ShapeError if the cotangent is not of the output's shape.
 */
export function gradients(
  output: Tensor,
  wrt: readonly Tensor[],
  cotangent: Tensor = scalar(1, output.shape),
): Tensor[] {
  if (!sameShape(cotangent.shape, output.shape)) {
    throw new ShapeError(
      `gradients: the cotangent must have the output's shape ${formatShape(output.shape)}; got ${formatShape(cotangent.shape)}`,
    );
  }
  return pullBack(output, wrt, cotangent, new Set());
}

/**
 * What reverse mode takes for a node of the forward pass, whose value it must have; `pending` are the cotangents of what
 * is still ahead of it.
 */
export type StandIn = (node: Tensor, pending: () => Tensor[]) => Tensor;

const itself: StandIn = (node) => node;

/** The sweep of `gradients` that does not look below `leaves`. */
export function pullBack(
  output: Tensor,
  wrt: readonly Tensor[],
  cotangent: Tensor,
  leaves: ReadonlySet<Tensor>,
  standIn: StandIn = itself,
): Tensor[] {
  const order = topological([output], leaves);
  const live = dependents(order, wrt);
  const cotangents = new Map<Tensor, Tensor>([[output, cotangent]]);
  const swept = new Set<Tensor>();
  const pending = () => [...cotangents].flatMap(([node, g]) => (swept.has(node) ? [] : [g]));
  for (const node of order.toReversed()) {
    const g = cotangents.get(node);
    if (g === undefined || !live.has(node) || leaves.has(node)) continue;
    const needed = node.inputs.map((input) => live.has(input));
    if (!needed.includes(true)) continue;
    const parts = node.op.vjp(g, standIn(node, pending), node.attributes, needed);
    swept.add(node);
    node.inputs.forEach((input, i) => {
      const part = parts[i];
      if (part === undefined || !needed[i]) return;
      const before = cotangents.get(input);
      cotangents.set(input, before === undefined ? part : add(before, part));
    });
  }
  return wrt.map((tensor) => cotangents.get(tensor) ?? scalar(0, tensor.shape));
}
