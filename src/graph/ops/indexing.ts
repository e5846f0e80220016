import { type Shape, sameShape, sizeOf, stridesOf } from "../shape.js";

/** Flat offset, for every element of `shape` in row-major order, of an array that moves by `steps` along its axes. */
export function offsets(shape: Shape, steps: readonly number[]): Int32Array {
  const table = new Int32Array(sizeOf(shape));
  let filled = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    // What the inner axes hold so far, once more per coordinate of this axis.
    for (let i = filled; i < filled * shape[axis]!; i++) table[i] = table[i - filled]! + steps[axis]!;
    filled *= shape[axis]!;
  }
  return table;
}

/** For every flat index of `to`, the flat index of the element of `from` that broadcasts there. */
export function broadcastOffsets(from: Shape, to: Shape): Int32Array {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  const steps = to.map((_, axis) =>
    axis < missing || from[axis - missing] === 1 ? 0 : strides[axis - missing]!,
  );
  return offsets(to, steps);
}

/** Elements of `values` at `source`. */
export function pick(values: Float64Array, source: Int32Array): Float64Array {
  const result = new Float64Array(source.length);
  for (let i = 0; i < source.length; i++) result[i] = values[source[i]!]!;
  return result;
}

/** The values as they broadcast from one shape to another; not a copy where the shapes are equal. */
export function repeatTo(values: Float64Array, from: Shape, to: Shape): Float64Array {
  if (sameShape(from, to)) return values;
  if (values.length === 1) return new Float64Array(sizeOf(to)).fill(values[0]!);
  return pick(values, broadcastOffsets(from, to));
}
