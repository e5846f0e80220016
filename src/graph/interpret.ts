import { inputName } from "./ops/constant.js";
import { plan } from "./plan.js";
import type { Tensor } from "./tensor.js";

/** Values of inputs by name. */
export type Feeds = Readonly<Record<string, ArrayLike<number>>>;

/** What becomes of every computed value before it is used again. */
export type Rounding = (values: Float64Array) => Float64Array;

const exactly: Rounding = (values) => values;

/**
 * Evaluates a graph in plain float64, composites by their definitions and equal nodes once; the yardstick for everything
 * that is fast. A `rounding` shows what a narrower number format would make of the same graph.
 */
export function interpret(
  outputs: readonly Tensor[],
  feeds: Feeds,
  rounding: Rounding = exactly,
): Float64Array[] {
  const { steps, results } = plan(outputs);
  const values = new Map<number, Float64Array>();
  const usesLeft = steps.map(() => 0);
  for (const place of [...steps.flatMap(({ inputs }) => inputs), ...results]) usesLeft[place]! += 1;
  for (const [place, { node, inputs }] of steps.entries()) {
    const name = inputName(node);
    const fed = name === undefined ? undefined : feeds[name];
    const taken = inputs.map((input) => values.get(input)!);
    const value = fed ? Float64Array.from(fed) : rounding(node.op.evaluate(taken, node, node.attributes));
    values.set(place, value);
    for (const input of inputs) {
      usesLeft[input]! -= 1;
      if (usesLeft[input] === 0) values.delete(input);
    }
  }
  return results.map((place) => values.get(place)!);
}
