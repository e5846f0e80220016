import type { Emitter } from "../emitter.js";
import { apply, type Op, type Tensor } from "../tensor.js";

const afterOp: Op<null> = {
  name: "after",
  shape: ([x]) => x!,
  vjp: (g) => [g],
  tangent: ([dx]) => dx,
  lower(emit, [x, ...others], { shape, inputs }) {
    const heads = others.map((name, i) => firstElement(emit, name, inputs[i + 1]!.shape.length));
    const all = heads.length === 1 ? heads[0]! : emit.node("Concat", heads, { axis: 0 }); // [n]
    const zero = emit.node("Mul", [emit.node("ArgMax", [all], { axis: 0, keepdims: 1 }), emit.integers([0])]);
    const stacked = emit.node("Reshape", [x!, emit.integers([1, ...shape])]);
    const picked = emit.node("Gather", [stacked, zero], { axis: 0 });
    return emit.node("Reshape", [picked, emit.integers(shape)]);
  },
  evaluate: ([x]) => x!,
};

/** The first element [1] of a tensor. */
function firstElement(emit: Emitter, name: string, rank: number): string {
  if (rank === 0) return emit.node("Reshape", [name, emit.integers([1])]);
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const [from, to] = [axes.map(() => 0), axes.map(() => 1)];
  const corner = emit.node("Slice", [name, emit.integers(from), emit.integers(to), emit.integers(axes)]);
  return emit.node("Reshape", [corner, emit.integers([1])]);
}

/**
 * The value of x, which cannot be had before `others` are computed.
 *
 * ONNX has no such order: an engine may run what depends on nothing else as early as it likes, and takes equal nodes for
 * one. So x is picked out of a list of one, at an index that is 0 whatever `others` hold: a copy, to the last bit.
 */
export const after = (x: Tensor, others: readonly Tensor[]): Tensor =>
  others.length === 0 ? x : apply(afterOp, [x, ...others], null);
