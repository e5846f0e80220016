import type { Tensor } from "./tensor.js";

/** What `topological` takes as leaves: anything that can say whether it holds a node. */
type Leaves = { has(node: Tensor): boolean };

/** All nodes that the outputs need, inputs before users, without looking below `leaves`. */
export function topological(outputs: readonly Tensor[], leaves: Leaves = new Set()): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack: { node: Tensor; next: number }[] = [];
  const visit = (node: Tensor): void => {
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  };
  for (const output of outputs) {
    visit(output);
    // An explicit stack: networks are thousands of nodes deep.
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = leaves.has(top.node) ? undefined : top.node.inputs[top.next++];
      if (child !== undefined) visit(child);
      else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}

/** The nodes of `order` that depend on one of `sources`, these included. */
export function dependents(order: readonly Tensor[], sources: Iterable<Tensor>): Set<Tensor> {
  const reached = new Set(sources);
  for (const node of order) {
    if (node.inputs.some((input) => reached.has(input))) reached.add(node);
  }
  return reached;
}
