import { pullBack } from "./gradient.js";
import { after } from "./ops/after.js";
import { scalar } from "./ops/constant.js";
import { isKept } from "./ops/gate.js";
import { topological } from "./order.js";
import { withInputs } from "./substitute.js";
import type { Tensor } from "./tensor.js";

/**
 * `gradients` in less memory: of the forward pass only what is marked with `keep` is held until reverse mode needs it, and
 * what lies between two marks is computed again from the first (Chen et al. 2016).
 *
 * A stretch is computed again after all that later stretches are needed for, so that one at a time is in memory. The last
 * stretch, whose turn comes first, is not computed twice.
 */
export function recomputingGradients(output: Tensor, wrt: readonly Tensor[]): Tensor[] {
  const order = topological([output]);
  const stretches = stretchesOf(order);
  const again = new Map<number, Recomputation>();
  const waitedFor = new Set<Tensor>();
  return pullBack(output, wrt, scalar(1, output.shape), new Set(), (node, pending) => {
    const stretch = stretches.get(node);
    if (stretch === undefined || isKept(node)) return node;
    const known = again.get(stretch);
    if (known !== undefined) return known(node);
    const earlier = again.size === 0 ? [] : pending().filter((g) => !waitedFor.has(g));
    for (const g of earlier) waitedFor.add(g);
    const made = again.size === 0 ? (same: Tensor) => same : recomputation(stretches, earlier);
    again.set(stretch, made);
    return made(node);
  });
}

/** What stands for a node in reverse mode: the same value, computed again. */
type Recomputation = (node: Tensor) => Tensor;

/** Which stretch each node belongs to: the latest mark that it depends on, by place in the order; none before the first. */
function stretchesOf(order: readonly Tensor[]): Map<Tensor, number> {
  const stretches = new Map<Tensor, number>();
  const places = new Map(order.map((node, place) => [node, place]));
  for (const node of order) {
    const marks = node.inputs.flatMap((input) =>
      isKept(input) ? [places.get(input)!] : stretches.has(input) ? [stretches.get(input)!] : [],
    );
    if (marks.length > 0) stretches.set(node, Math.max(...marks));
  }
  return stretches;
}

/** Computes again what depends on a mark, once `earlier` is there; the rest, weights for instance, is shared. */
function recomputation(stretches: ReadonlyMap<Tensor, number>, earlier: readonly Tensor[]): Recomputation {
  const copies = new Map<Tensor, Tensor>();
  const isShared = (node: Tensor) => !isKept(node) && !stretches.has(node);
  const leaves = { has: (node: Tensor) => copies.has(node) || isKept(node) || isShared(node) };
  return (wanted) => {
    for (const node of topological([wanted], leaves)) {
      if (copies.has(node)) continue;
      if (isKept(node)) copies.set(node, after(node, earlier));
      else if (isShared(node)) copies.set(node, node);
      else
        copies.set(
          node,
          withInputs(
            node,
            node.inputs.map((input) => copies.get(input)!),
          ),
        );
    }
    return copies.get(wanted)!;
  };
}
