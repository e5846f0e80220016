import { broadcastShapes, formatShape, type Shape, sameShape, sizeOf, stridesOf } from "../shape.js";
import { ShapeError } from "../shape-error.js";
import { apply, type Op, type Tensor } from "../tensor.js";
import { scalar } from "./constant.js";
import { offsets, pick, repeatTo } from "./indexing.js";
import { sumTo } from "./reduce.js";

/** The shape that rows take where their primal has `shape`: only the leading axis may differ. */
function rowsShape(rows: Tensor, primalIn: Shape, primalOut: Shape, op: string): Shape {
  const count = rows.shape[0];
  if (count === undefined || count === primalIn[0]) return primalOut;
  if (primalIn[0] !== primalOut[0]) {
    throw new ShapeError(
      `${op}: rows need the leading axis kept, but ${formatShape(primalIn)} becomes ${formatShape(primalOut)}`,
    );
  }
  return [count, ...primalOut.slice(1)];
}

const reshapeOp: Op<{ shape: Shape }> = {
  name: "reshape",
  isView: true,
  shape: ([x], { shape }, fail) =>
    sizeOf(x!) === sizeOf(shape) ? shape : fail(`cannot become ${formatShape(shape)}`),
  vjp: (g, { inputs: [x] }) => [reshape(g, x!.shape)],
  tangent: ([dx], node) => dx && reshape(dx, rowsShape(dx, node.inputs[0]!.shape, node.shape, "reshape")),
  lower: (emit, [x], _node, { shape }) => emit.node("Reshape", [x!, emit.integers(shape)]),
  evaluate: ([x]) => x!,
};

/** The same values in another shape of equal size. */
export const reshape = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply(reshapeOp, [x], { shape });

const transposeOp: Op<{ order: readonly number[] }> = {
  name: "transpose",
  shape: ([x], { order }, fail) =>
    order.length === x!.length && x!.every((_, axis) => order.includes(axis))
      ? order.map((axis) => x![axis]!)
      : fail(`[${order.join(",")}] is not an order of its axes`),
  vjp: (g, _node, { order }) => [transpose(g, inverseOrder(order))],
  tangent: ([dx], _node, { order }) => dx && transpose(dx, order),
  lower: (emit, [x], _node, { order }) => emit.node("Transpose", [x!], { perm: order }),
  evaluate([x], node, { order }) {
    const strides = stridesOf(node.inputs[0]!.shape);
    const steps = order.map((axis) => strides[axis]!);
    return pick(x!, offsets(node.shape, steps));
  },
};

function inverseOrder(order: readonly number[]): number[] {
  const inverse = new Array<number>(order.length).fill(0);
  order.forEach((axis, position) => {
    inverse[axis] = position;
  });
  return inverse;
}

/** Axes in another order: axis `order[i]` becomes axis i. */
export const transpose = (x: Tensor, order: readonly number[]): Tensor => apply(transposeOp, [x], { order });

const broadcastOp: Op<{ shape: Shape }> = {
  name: "broadcastTo",
  shape: ([x], { shape }, fail) => {
    const common = broadcastShapes(x!, shape);
    return common && sameShape(common, shape) ? shape : fail(`cannot be repeated to ${formatShape(shape)}`);
  },
  vjp: (g, { inputs: [x] }) => [sumTo(g, x!.shape)],
  tangent: ([dx], node) =>
    dx && broadcastTo(dx, rowsShape(dx, node.inputs[0]!.shape, node.shape, "broadcastTo")),
  lower: (emit, [x], _node, { shape }) => emit.node("Expand", [x!, emit.integers(shape)]),
  evaluate: ([x], node) => repeatTo(x!, node.inputs[0]!.shape, node.shape),
};

/** Repeats axes of size 1 (and missing leading axes) up to `shape`. */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply(broadcastOp, [x], { shape });

type Range = { axis: number; start: number; end: number };

const sliceOp: Op<Range> = {
  name: "slice",
  shape: ([x], { axis, start, end }, fail) =>
    0 <= start && start < end && end <= (x![axis] ?? 0)
      ? x!.with(axis, end - start)
      : fail(`no range ${start} to ${end} on axis ${axis}`),
  vjp: (g, { inputs: [x] }, { axis, start, end }) => [pad(g, axis, start, x!.shape[axis]! - end)],
  tangent: ([dx], _node, { axis, start, end }) => dx && slice(dx, axis, start, end),
  lower: (emit, [x], _node, { axis, start, end }) =>
    emit.node("Slice", [x!, emit.integers([start]), emit.integers([end]), emit.integers([axis])]),
  evaluate([x], node, { axis, start }) {
    const from = node.inputs[0]!.shape;
    const inner = sizeOf(from.slice(axis + 1));
    const result = new Float64Array(sizeOf(node.shape));
    const [step, width] = [from[axis]! * inner, node.shape[axis]! * inner];
    for (let at = 0, source = start * inner; at < result.length; at += width, source += step) {
      result.set(x!.subarray(source, source + width), at);
    }
    return result;
  },
};

/** Elements `start` to `end` (exclusive) along an axis. */
export const slice = (x: Tensor, axis: number, start: number, end: number): Tensor =>
  start === 0 && end === x.shape[axis] ? x : apply(sliceOp, [x], { axis, start, end });

type Margin = { axis: number; before: number; after: number };

const padOp: Op<Margin> = {
  name: "pad",
  shape: ([x], { axis, before, after }, fail) =>
    before >= 0 && after >= 0 && x![axis] !== undefined
      ? x!.with(axis, x![axis]! + before + after)
      : fail(`no margin of ${before} and ${after} on axis ${axis}`),
  vjp: (g, { inputs: [x] }, { axis, before }) => [slice(g, axis, before, before + x!.shape[axis]!)],
  tangent: ([dx], _node, { axis, before, after }) => dx && pad(dx, axis, before, after),
  lower(emit, [x], node, { axis, before, after }) {
    const rank = node.shape.length;
    const margins = new Array<number>(2 * rank)
      .fill(0)
      .with(axis, before)
      .with(axis + rank, after);
    return emit.node("Pad", [x!, emit.integers(margins)]);
  },
  evaluate([x], node, { axis, before }) {
    const from = node.inputs[0]!.shape;
    const inner = sizeOf(from.slice(axis + 1));
    const result = new Float64Array(sizeOf(node.shape));
    const [width, step] = [from[axis]! * inner, node.shape[axis]! * inner];
    for (let source = 0, at = before * inner; source < x!.length; source += width, at += step) {
      result.set(x!.subarray(source, source + width), at);
    }
    return result;
  },
};

/** Zeros before and after along an axis. */
export const pad = (x: Tensor, axis: number, before: number, after: number): Tensor =>
  before === 0 && after === 0 ? x : apply(padOp, [x], { axis, before, after });

const concatOp: Op<{ axis: number }> = {
  name: "concat",
  shape(shapes, { axis }, fail) {
    const [first] = shapes;
    const total = shapes.reduce((count, shape) => count + (shape[axis] ?? 0), 0);
    const fits = shapes.every((shape) => shape[axis] && sameShape(shape.with(axis, 1), first!.with(axis, 1)));
    return fits ? first!.with(axis, total) : fail(`differ beside axis ${axis}`);
  },
  vjp(g, { inputs }, { axis }, needed) {
    let start = 0;
    return inputs.map((x, i) => {
      const from = start;
      start += x.shape[axis]!;
      return needed[i] ? slice(g, axis, from, start) : undefined;
    });
  },
  tangent(tangents, { inputs }, { axis }) {
    const rows = tangents.find((tangent) => tangent !== undefined)?.shape[0];
    if (rows === undefined) return undefined;
    return concat(
      tangents.map((tangent, i) => tangent ?? scalar(0, inputs[i]!.shape.with(0, rows))),
      axis,
    );
  },
  lower: (emit, inputs, _node, { axis }) => emit.node("Concat", inputs, { axis }),
  evaluate(values, node, { axis }) {
    const inner = sizeOf(node.shape.slice(axis + 1));
    const outer = sizeOf(node.shape.slice(0, axis));
    const result = new Float64Array(sizeOf(node.shape));
    let position = 0;
    for (let o = 0; o < outer; o++) {
      for (const [i, value] of values.entries()) {
        const width = node.inputs[i]!.shape[axis]! * inner;
        result.set(value.subarray(o * width, (o + 1) * width), position);
        position += width;
      }
    }
    return result;
  },
};

/** Tensors side by side along an axis. */
export const concat = (tensors: readonly Tensor[], axis: number): Tensor =>
  tensors.length === 1 ? tensors[0]! : apply(concatOp, tensors, { axis });
