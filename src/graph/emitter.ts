import type { Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** An ONNX attribute; plain numbers are integers, so a real number is wrapped. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** What an op needs in order to write itself as ONNX nodes; values are known by name. */
export interface Emitter {
  /** Adds a node and returns the name of its first output. */
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    domain?: string,
  ): string;
  /** Adds a node with several outputs. */
  nodes(
    type: string,
    inputs: readonly string[],
    outputs: number,
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): readonly string[];
  /** An int64 vector constant. */
  integers(values: readonly number[]): string;
  /** A float32 scalar constant. */
  scalar(value: number): string;
  /** A float32 constant of any shape. */
  constant(values: Float32Array, shape: Shape): string;
  /** Lowers any other node of the graph and returns its name. */
  value(node: Tensor): string;
  /** Makes a value once per key; nodes are shared of themselves, constants by this. */
  once(key: string, make: () => string): string;
}
