import { topological } from "./order.js";
import type { Tensor } from "./tensor.js";

/** The same node on other inputs; a composite's definition is rewritten with them. */
export function withInputs(node: Tensor, inputs: readonly Tensor[]): Tensor {
  if (inputs.every((input, i) => input === node.inputs[i])) return node;
  if (node.definition === undefined) return { ...node, inputs };
  const replaced = new Map(node.inputs.map((input, i) => [input, inputs[i]!]));
  return { ...node, inputs, definition: substitute(node.definition, replaced) };
}

/** The same graph with some of its nodes replaced. */
export function substitute(output: Tensor, replaced: ReadonlyMap<Tensor, Tensor>): Tensor {
  const written = new Map(replaced);
  for (const node of topological([output], replaced)) {
    if (!written.has(node)) {
      const inputs = node.inputs.map((input) => written.get(input)!);
      written.set(node, withInputs(node, inputs));
    }
  }
  return written.get(output)!;
}
