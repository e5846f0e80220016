import { pullBack } from "./gradient.js";
import { forwardRows } from "./rows.js";
import type { Op, Tensor } from "./tensor.js";

/** What a composite op may state beside its definition: an analytic reverse rule, a lowering of its own. */
export interface CompositeRules<A> {
  readonly name: string;
  /** The value in simpler ops, gates marked: the truth that the other rules are tested against. */
  define(inputs: readonly Tensor[], attributes: A): Tensor;
  readonly vjp?: Op<A>["vjp"];
  readonly lower?: Op<A>["lower"];
}

/**
 * Makes an op of other ops.
 *
 * Its rows, its evaluation and (unless given) reverse rule and lowering are those of the definition.
 */
export function composite<A>(rules: CompositeRules<A>): (inputs: readonly Tensor[], attributes: A) => Tensor {
  const op: Op<A> = {
    name: rules.name,
    shape: (_shapes, _attributes, fail) => fail("has no shape rule of its own"),
    vjp: rules.vjp ?? ((g, node, _attributes, needed) => definitionVjp(g, node, needed)),
    tangent: (tangents, node) =>
      forwardRows([node.definition!], new Map(node.inputs.map((input, i) => [input, tangents[i]])))[0],
    lower: rules.lower ?? ((emit, _inputs, node) => emit.value(node.definition!)),
    evaluate: () => {
      throw new Error(`${rules.name}: is evaluated by its definition`);
    },
  };
  return (inputs, attributes) => {
    const definition = rules.define(inputs, attributes);
    return { op, attributes, inputs, shape: definition.shape, dtype: definition.dtype, definition };
  };
}

function definitionVjp(g: Tensor, node: Tensor, needed: readonly boolean[]): (Tensor | undefined)[] {
  const wanted = node.inputs.filter((_, i) => needed[i]);
  const parts = pullBack(node.definition!, wanted, g, new Set(node.inputs));
  return node.inputs.map((input, i) => (needed[i] ? parts[wanted.indexOf(input)] : undefined));
}
