import { hold, isGate } from "./ops/gate.js";
import { topological } from "./order.js";
import type { Tensor } from "./tensor.js";

/** The same graph with composites written out and every gate a constant: the dynamic linear network (Eq. 1). */
export const freeze = (outputs: readonly Tensor[]): Tensor[] => rewrite(outputs, hold);

/** The same graph with composites written out and every gate let go: forward rows through it are ordinary derivatives. */
export const thaw = (outputs: readonly Tensor[]): Tensor[] => rewrite(outputs, (gated) => gated);

function rewrite(outputs: readonly Tensor[], replaceGate: (gated: Tensor) => Tensor): Tensor[] {
  const written = new Map<Tensor, Tensor>();
  const rebuild = (node: Tensor): Tensor => {
    const inputs = node.inputs.map((input) => written.get(input)!);
    if (isGate(node)) return replaceGate(inputs[0]!);
    const unchanged = inputs.every((input, i) => input === node.inputs[i]);
    return unchanged ? node : { ...node, inputs };
  };
  const resolve = (node: Tensor): Tensor => {
    for (const part of topological([node])) {
      if (written.has(part)) continue;
      written.set(part, part.definition === undefined ? rebuild(part) : resolve(part.definition));
    }
    return written.get(node)!;
  };
  return outputs.map(resolve);
}
