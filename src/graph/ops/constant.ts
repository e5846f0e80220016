import { type Shape, sizeOf } from "../shape.js";
import { apply, type DType, type Op, type Tensor } from "../tensor.js";

const noVjp = (): readonly (Tensor | undefined)[] => [];
const noTangent = (): Tensor | undefined => undefined;

const inputOp: Op<{ name: string; shape: Shape }> = {
  name: "input",
  shape: (_, { shape }, fail) =>
    shape.every((size) => Number.isInteger(size) && size >= 0)
      ? shape
      : fail(`sizes must be whole numbers; got [${shape.join(",")}]`),
  vjp: noVjp,
  tangent: noTangent,
  lower: (_emit, _inputs, _node, { name }) => name,
  evaluate: (_inputs, _node, { name }) => {
    throw new Error(`input "${name}" has no value; pass it in the feeds`);
  },
};

/** A value given when the graph runs: data, a parameter or a cotangent. */
export function input(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
  return { ...apply(inputOp, [], { name, shape }), dtype };
}

/** Name of an input node, or undefined for any other node. */
export function inputName(node: Tensor): string | undefined {
  return node.op === inputOp && hasName(node.attributes) ? node.attributes.name : undefined;
}

function hasName(attributes: unknown): attributes is { name: string } {
  return typeof attributes === "object" && attributes !== null && "name" in attributes;
}

const constantOp: Op<{ values: Float32Array; shape: Shape }> = {
  name: "constant",
  shape: (_, { values, shape }, fail) =>
    values.length === sizeOf(shape)
      ? shape
      : fail(`[${shape.join(",")}] needs ${sizeOf(shape)} values; got ${values.length}`),
  vjp: noVjp,
  tangent: noTangent,
  lower: (emit, _inputs, _node, { values, shape }) => emit.constant(values, shape),
  evaluate: (_inputs, _node, { values }) => Float64Array.from(values),
};

/** A fixed array. */
export const constant = (values: Float32Array, shape: Shape): Tensor =>
  apply(constantOp, [], { values, shape });

/** Whether a node is a fixed array. */
export const isConstant = (node: Tensor): boolean => node.op === constantOp;

const scalarOp: Op<{ value: number; shape: Shape }> = {
  name: "scalar",
  shape: (_, { shape }) => shape,
  vjp: noVjp,
  tangent: noTangent,
  lower(emit, _inputs, _node, { value, shape }) {
    const filled = emit.scalar(value);
    return shape.length === 0 ? filled : emit.node("Expand", [filled, emit.integers(shape)]);
  },
  evaluate: (_inputs, node, { value }) => new Float64Array(sizeOf(node.shape)).fill(value),
};

/** One number, at every position of `shape` (default: a scalar). */
export const scalar = (value: number, shape: Shape = []): Tensor => apply(scalarOp, [], { value, shape });
