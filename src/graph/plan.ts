import { passesOn } from "./ops/gate.js";
import { topological } from "./order.js";
import type { Op, Tensor } from "./tensor.js";

/** One evaluation: a node without a definition, and the places of its inputs in the list of steps. */
export interface Step {
  readonly node: Tensor;
  readonly inputs: readonly number[];
}

/** Evaluations in order, and the places of the outputs among them. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly results: readonly number[];
}

/** Writes a graph as a list of evaluations: composites by their definitions, gates as their inputs, equal nodes once. */
export function plan(outputs: readonly Tensor[]): Plan {
  const steps: Step[] = [];
  const places = new Map<Tensor, number>();
  const known = new Map<string, number>();
  const numbers = new Map<Op<unknown>, number>();

  const add = (node: Tensor, inputs: readonly number[]): number => {
    if (!numbers.has(node.op)) numbers.set(node.op, numbers.size);
    const shapes = [node, ...node.inputs].map(({ shape }) => shape);
    const key = JSON.stringify([numbers.get(node.op), inputs, shapes, node.attributes]);
    const place = known.get(key) ?? steps.push({ node, inputs }) - 1;
    known.set(key, place);
    return place;
  };
  const placeOf = (output: Tensor): number => {
    for (const node of topological([output], places)) {
      if (places.has(node)) continue;
      const inputs = node.inputs.map((input) => places.get(input)!);
      const place = node.definition
        ? placeOf(node.definition)
        : passesOn(node)
          ? inputs[0]!
          : add(node, inputs);
      places.set(node, place);
    }
    return places.get(output)!;
  };
  const results = outputs.map(placeOf);
  return { steps, results };
}
