import type { Emitter } from "../graph/emitter.js";
import { peakElements } from "../graph/liveness.js";
import { inputName } from "../graph/ops/constant.js";
import { topological } from "../graph/order.js";
import type { Tensor } from "../graph/tensor.js";
import { version } from "../version.js";
import { encodeOnnx, type OnnxInitializer, type OnnxNode, type OnnxValue } from "./onnx.js";

/** An ONNX model and what it takes and gives. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  /** Constants that are not among the bytes: each is the file of this name, which goes with them. */
  readonly beside: ReadonlyMap<string, Float32Array>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Most numbers that it holds at once between inputs and outputs. */
  readonly peak: number;
}

/** An ONNX file ends at 2 GiB; constants of more bytes than this stay beside it. */
const MOST_INSIDE = 2 ** 30;

/**
 * Lowers a graph to ONNX; equal nodes are written once.
 *
 * Inputs named in `constants` become part of the model instead of its inputs, or stand beside it if they are larger than
 * `mostInside` together. Throws if a name is used for two inputs, or for an input and an output.
 */
export function lower(
  outputs: Readonly<Record<string, Tensor>>,
  constants: ReadonlyMap<string, Float32Array> = new Map(),
  mostInside = MOST_INSIDE,
): OnnxModel {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxInitializer[] = [];
  const inputs = new Map<string, OnnxValue & { node: Tensor }>();
  const lowered = new Map<Tensor, string>();
  const made = new Map<string, string>();
  const results = new Map<string, readonly string[]>();
  const isBeside =
    [...constants.values()].reduce((total, { byteLength }) => total + byteLength, 0) > mostInside;
  let count = 0;

  const once: Emitter["once"] = (key, make) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const name = make();
    made.set(key, name);
    return name;
  };
  const initializer = (values: Float32Array | BigInt64Array, shape: readonly number[]): string => {
    const name = `c${count++}`;
    initializers.push({ name, shape, values });
    return name;
  };

  const nodesOf = (
    type: string,
    ins: readonly string[],
    outs: number,
    attributes: OnnxNode["attributes"],
    domain: string,
  ): readonly string[] => {
    const key = `${domain}.${type}(${ins})${JSON.stringify(attributes)}`;
    const known = results.get(key);
    if (known !== undefined) return known;
    const names = Array.from({ length: outs }, () => `t${count++}`);
    nodes.push({ type, inputs: ins, outputs: names, attributes, domain });
    results.set(key, names);
    return names;
  };

  const emit: Emitter = {
    once,
    value: lowerNode,
    node: (type, ins, attributes = {}, domain = "") => nodesOf(type, ins, 1, attributes, domain)[0]!,
    nodes: (type, ins, outs, attributes = {}) => nodesOf(type, ins, outs, attributes, ""),
    integers: (values) =>
      once(`integers ${values}`, () => initializer(BigInt64Array.from(values, BigInt), [values.length])),
    scalar: (value) => once(`scalar ${value}`, () => initializer(Float32Array.of(value), [])),
    constant: (values, shape) => initializer(values, shape),
  };

  function lowerInput(name: string, node: Tensor): string {
    const known = inputs.get(name);
    if (known !== undefined && known.node !== node) throw new Error(`two inputs are named "${name}"`);
    if (known !== undefined) return name;
    const bound = constants.get(name);
    if (bound !== undefined) initializers.push({ name, shape: node.shape, values: bound, isBeside });
    else inputs.set(name, { name, shape: node.shape, dtype: node.dtype, node });
    return name;
  }

  function lowerNode(output: Tensor): string {
    for (const node of topological([output], lowered)) {
      if (lowered.has(node)) continue;
      const name = inputName(node);
      const ins = node.inputs.map((input) => lowered.get(input)!);
      lowered.set(
        node,
        name === undefined ? node.op.lower(emit, ins, node, node.attributes) : lowerInput(name, node),
      );
    }
    return lowered.get(output)!;
  }

  // A result that the graph uses too is named as the output it is, for an Identity would copy it; later names of it do copy.
  const outputOf = new Map<string, string>();
  const given = Object.entries(outputs).map(([name, tensor]): OnnxValue => {
    const from = lowerNode(tensor);
    const isResult = !inputs.has(from) && !initializers.some((initializer) => initializer.name === from);
    if (isResult && !outputOf.has(from)) outputOf.set(from, name);
    else nodes.push({ type: "Identity", inputs: [from], outputs: [name], attributes: {}, domain: "" });
    return { name, shape: tensor.shape, dtype: tensor.dtype };
  });
  const clash = given.find(
    ({ name }) => inputs.has(name) || initializers.some((initializer) => initializer.name === name),
  );
  if (clash !== undefined) throw new Error(`an input and an output are named "${clash.name}"`);
  const renamed = (names: readonly string[]) => names.map((name) => outputOf.get(name) ?? name);
  const named = nodes.map((node) => ({
    ...node,
    inputs: renamed(node.inputs),
    outputs: renamed(node.outputs),
  }));
  const taken = [...inputs.values()].map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  const bytes = encodeOnnx({ nodes: named, inputs: taken, outputs: given, initializers }, version);
  const beside = new Map(
    initializers.flatMap(({ name, values, isBeside }) =>
      isBeside && values instanceof Float32Array ? [[name, values] as const] : [],
    ),
  );
  return { bytes, beside, inputs: taken, outputs: given, peak: peakElements(Object.values(outputs)) };
}
