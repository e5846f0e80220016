import { hold, isGate } from "./ops/gate.js";
import { topological } from "./order.js";
import type { Tensor } from "./tensor.js";

/** The same graph with composites written out and every gate a constant: the dynamic linear network (Eq. 1). */
export function freeze(outputs: readonly Tensor[]): Tensor[] {
  const frozen = new Map<Tensor, Tensor>();
  const resolve = (node: Tensor): Tensor => {
    for (const part of topological([node])) {
      if (frozen.has(part)) continue;
      frozen.set(part, part.definition === undefined ? rebuild(part, frozen) : resolve(part.definition));
    }
    return frozen.get(node)!;
  };
  return outputs.map(resolve);
}

function rebuild(node: Tensor, frozen: ReadonlyMap<Tensor, Tensor>): Tensor {
  const inputs = node.inputs.map((input) => frozen.get(input)!);
  if (isGate(node)) return hold(inputs[0]!);
  const unchanged = inputs.every((input, i) => input === node.inputs[i]);
  return unchanged ? node : { ...node, inputs };
}
