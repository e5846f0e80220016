import type { Emitter } from "./emitter.js";
import { formatShape, type Shape } from "./shape.js";
import { ShapeError } from "./shape-error.js";

export type DType = "float32" | "int64";

/** A node of the computation graph: immutable, identified by reference, its shape known when it is made. */
export interface Tensor {
  readonly op: Op<unknown>;
  readonly attributes: unknown;
  readonly inputs: readonly Tensor[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** For a composite: the same value built from simpler ops on the same inputs, with gates marked. */
  readonly definition?: Tensor;
}

/**
 * One operation with everything the rest of the library needs to know about it, side by side.
 *
 * A rule that returns undefined for an input or an output says "zero".
 */
export interface Op<A> {
  readonly name: string;
  /** Shape of the output. Throws a ShapeError through `fail`. */
  shape(inputs: readonly Shape[], attributes: A, fail: Fail): Shape;
  /** Vector-Jacobian product: the cotangent of each input for which `needed` is true. */
  vjp(
    cotangent: Tensor,
    node: Tensor,
    attributes: A,
    needed: readonly boolean[],
  ): readonly (Tensor | undefined)[];
  /** Jacobian-vector product. Tangents may have more rows (a larger leading axis) than their primal. */
  tangent(tangents: readonly (Tensor | undefined)[], node: Tensor, attributes: A): Tensor | undefined;
  /** Emits ONNX nodes and returns the name of the result. */
  lower(emit: Emitter, inputs: readonly string[], node: Tensor, attributes: A): string;
  /** Whether the result is the input's memory, read in another shape. */
  readonly isView?: true;
  /** Floating-point operations of its products, a multiplication and an addition each; absent where it has none. */
  readonly flops?: (node: Tensor) => number;
  /** Plain float64 evaluation, for tests. */
  evaluate(inputs: readonly Float64Array[], node: Tensor, attributes: A): Float64Array;
}

/** Raises a ShapeError that names the op, the shapes and the line that called it. */
export type Fail = (reason: string) => never;

/** Makes a node, checking shapes. Throws ShapeError. */
export function apply<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  const shapes = inputs.map((input) => input.shape);
  const fail: Fail = (reason) => {
    throw new ShapeError(`${op.name}: ${reason}; got ${shapes.map(formatShape).join(" and ")}`);
  };
  return { op, attributes, inputs, shape: op.shape(shapes, attributes, fail), dtype: "float32" };
}
