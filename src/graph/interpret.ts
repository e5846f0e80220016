import { inputName } from "./ops/constant.js";
import { topological } from "./order.js";
import type { Tensor } from "./tensor.js";

/** Values of inputs by name. */
export type Feeds = Readonly<Record<string, ArrayLike<number>>>;

/** Evaluates a graph in plain float64, one op after another; slow, and the yardstick for everything that is fast. */
export function interpret(outputs: readonly Tensor[], feeds: Feeds): Float64Array[] {
  const values = new Map<Tensor, Float64Array>();
  for (const node of topological(outputs)) {
    const name = inputName(node);
    const fed = name === undefined ? undefined : feeds[name];
    values.set(node, fed === undefined ? evaluateNode(node, values) : Float64Array.from(fed));
  }
  return outputs.map((output) => values.get(output)!);
}

/** Evaluates a composite's definition from the values of the composite's own inputs. */
export function evaluateFrom(output: Tensor, known: ReadonlyMap<Tensor, Float64Array>): Float64Array {
  const values = new Map(known);
  for (const node of topological([output], known)) {
    if (!values.has(node)) values.set(node, evaluateNode(node, values));
  }
  return values.get(output)!;
}

function evaluateNode(node: Tensor, values: ReadonlyMap<Tensor, Float64Array>): Float64Array {
  const inputs = node.inputs.map((input) => values.get(input)!);
  return node.op.evaluate(inputs, node, node.attributes);
}
