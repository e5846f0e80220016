import { topological } from "./order.js";
import type { Tensor } from "./tensor.js";

/**
 * Forward rows through the frozen network: with every gate held at its value, what each row of `seeds` becomes.
 *
 * `seeds` gives, for some nodes of shape [1, ...] (or [R, ...]), rows [R, ...]; nodes without seeds contribute zero.
 * The network is linear once frozen, so rows that add up to the seeded tensors come out as rows that add up to the
 * outputs, short of what additive constants supply. Undefined where no row arrives.
 */
export function forwardRows(
  outputs: readonly Tensor[],
  seeds: ReadonlyMap<Tensor, Tensor | undefined>,
): (Tensor | undefined)[] {
  const rows = new Map(seeds);
  for (const node of topological(outputs, seeds)) {
    if (rows.has(node)) continue;
    const tangents = node.inputs.map((input) => rows.get(input));
    rows.set(
      node,
      tangents.every((tangent) => tangent === undefined)
        ? undefined
        : node.op.tangent(tangents, node, node.attributes),
    );
  }
  return outputs.map((output) => rows.get(output));
}
