import { encodeOnnx, type OnnxBoundary, type OnnxInitializer } from "../../src/runtime/onnx.js";

/** A feature network as an .onnx file: the mean red, green and blue of a picture, copied to `width` features in turn. */
export function meanColourNetwork(
  input: OnnxBoundary["shape"],
  output: OnnxBoundary["shape"],
  constants: readonly OnnxInitializer[] = [],
): Uint8Array {
  const width = Number(output[1]);
  const turns = BigInt64Array.from({ length: width }, (_, i) => BigInt(i % 3));
  const node = (type: string, inputs: readonly string[], outputs: readonly string[], attributes = {}) => ({
    type,
    inputs,
    outputs,
    attributes,
    domain: "",
  });
  return encodeOnnx(
    {
      nodes: [
        node("GlobalAveragePool", ["picture"], ["means"]),
        node("Gather", ["means", "turns"], ["gathered"], { axis: 1 }),
        node(output.length === 2 ? "Flatten" : "Identity", ["gathered"], ["means of colours"]),
      ],
      inputs: [{ name: "picture", shape: input, dtype: "float32" }],
      outputs: [{ name: "means of colours", shape: output, dtype: "float32" }],
      initializers: [{ name: "turns", shape: [width], values: turns }, ...constants],
    },
    "test",
  );
}
