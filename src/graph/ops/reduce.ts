import { type Shape, sameShape, sizeOf, stridesOf } from "../shape.js";
import { apply, type Op, type Tensor } from "../tensor.js";
import { multiply, scale } from "./elementwise.js";
import { broadcastOffsets } from "./indexing.js";
import { broadcastTo, reshape } from "./structure.js";

type Axes = { axes: readonly number[] };

const keptShape = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((size, axis) => (axes.includes(axis) ? 1 : size));

function checkedShape(shape: Shape, { axes }: Axes, fail: (reason: string) => never): Shape {
  if (axes.some((axis) => !Number.isInteger(axis) || axis < 0 || axis >= shape.length)) {
    fail(`axes [${axes.join(",")}] are not all axes of the operand`);
  }
  return keptShape(shape, axes);
}

function accumulate(x: Float64Array, from: Shape, to: Shape, term: (value: number) => number): Float64Array {
  const result = new Float64Array(sizeOf(to));
  const target = broadcastOffsets(to, from);
  for (let i = 0; i < x.length; i++) result[target[i]!]! += term(x[i]!);
  return result;
}

const sumOp: Op<Axes> = {
  name: "sum",
  shape: ([x], attributes, fail) => checkedShape(x!, attributes, fail),
  vjp: (g, { inputs: [x] }) => [broadcastTo(g, x!.shape)],
  tangent: ([dx], _node, { axes }) => dx && sum(dx, axes),
  lower: (emit, [x], _node, { axes }) => emit.node("ReduceSum", [x!, emit.integers(axes)], { keepdims: 1 }),
  evaluate: ([x], node) => accumulate(x!, node.inputs[0]!.shape, node.shape, (value) => value),
};

/** Sum over axes, which stay with size 1. */
export const sum = (x: Tensor, axes: readonly number[]): Tensor => apply(sumOp, [x], { axes });

/** Mean over axes, which stay with size 1. */
export function mean(x: Tensor, axes: readonly number[]): Tensor {
  return scale(sum(x, axes), 1 / axes.reduce((count, axis) => count * x.shape[axis]!, 1));
}

const sumOfSquaresOp: Op<Axes> = {
  name: "sumOfSquares",
  shape: ([x], attributes, fail) => checkedShape(x!, attributes, fail),
  vjp: (g, { inputs: [x] }) => [multiply(scale(g, 2), x!)],
  tangent: ([dx], { inputs: [x] }, { axes }) => dx && scale(sum(multiply(dx, x!), axes), 2),
  lower: (emit, [x], _node, { axes }) => emit.node("ReduceSumSquare", [x!], { axes, keepdims: 1 }),
  evaluate: ([x], node) => accumulate(x!, node.inputs[0]!.shape, node.shape, (value) => value * value),
};

/** Sum of squares over axes, which stay with size 1. */
export const sumOfSquares = (x: Tensor, axes: readonly number[]): Tensor =>
  apply(sumOfSquaresOp, [x], { axes });

const isMaximumOp: Op<{ axis: number }> = {
  name: "isMaximum",
  shape: ([x], { axis }, fail) =>
    axis >= 0 && axis < x!.length ? x! : fail(`axis ${axis} is not an axis of the operand`),
  vjp: () => [undefined],
  tangent: () => undefined,
  lower(emit, [x], node, { axis }) {
    const index = emit.node("ArgMax", [x!], { axis, keepdims: 0 });
    const values = emit.constant(Float32Array.of(0, 1), [2]);
    return emit.node("OneHot", [index, emit.integers([node.shape[axis]!]), values], { axis });
  },
  evaluate([x], node, { axis }) {
    const { shape } = node;
    const stride = stridesOf(shape)[axis]!;
    const count = shape[axis]!;
    const result = new Float64Array(x!.length);
    for (let i = 0; i < x!.length; i++) {
      if (Math.floor(i / stride) % count !== 0) continue;
      let best = i;
      for (let k = 1; k < count; k++) if (x![i + k * stride]! > x![best]!) best = i + k * stride;
      result[best] = 1;
    }
    return result;
  },
};

/** 1 at the first largest value along an axis, 0 elsewhere; piecewise constant, so its derivative is zero. */
export const isMaximum = (x: Tensor, axis: number): Tensor => apply(isMaximumOp, [x], { axis });

/** Sums what broadcasting repeated, so that the result has `shape`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const offset = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < offset || (shape[axis - offset] === 1 && size !== 1) ? [axis] : [],
  );
  const summed = axes.length > 0 ? sum(x, axes) : x;
  return sameShape(summed.shape, shape) ? summed : reshape(summed, shape);
}
