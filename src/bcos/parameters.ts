import type { Shape } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";

/** How a parameter starts before training. */
export type Start =
  | { readonly kind: "uniform"; readonly bound: number }
  | { readonly kind: "normal"; readonly deviation: number }
  | { readonly kind: "constant"; readonly value: number };

/** Gives the tensor of a named parameter; names are those of the paper authors' state dict. */
export type Parameters = (name: string, shape: Shape, start: Start) => Tensor;

/** Parameters whose names begin with `prefix.`. */
export const within =
  (parameters: Parameters, prefix: string): Parameters =>
  (name, shape, start) =>
    parameters(`${prefix}.${name}`, shape, start);

/** Uniform in +-1/sqrt(fanIn), the usual start of linear and convolution weights. */
export const fanInUniform = (fanIn: number): Start => ({ kind: "uniform", bound: 1 / Math.sqrt(fanIn) });

export const ones: Start = { kind: "constant", value: 1 };
export const zeros: Start = { kind: "constant", value: 0 };

/** Parameters that may be asked for twice: a second copy of a network shares the first one's. */
export function remembering(parameters: Parameters): Parameters {
  const known = new Map<string, Tensor>();
  return (name, shape, start) => {
    const tensor = known.get(name) ?? parameters(name, shape, start);
    known.set(name, tensor);
    return tensor;
  };
}
