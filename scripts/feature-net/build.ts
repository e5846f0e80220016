/**
 * Cuts MobileNetV2 1.4, as nsfwjs ships it, behind its 13th block and writes assets/mobilenet.onnx:
 *
 *   (cd scripts/feature-net && npm ci) && npx tsx scripts/feature-net/build.ts
 */
import { copyFileSync, writeFileSync } from "node:fs";
import { SIZE } from "../../src/data/canvas.js";
import { assetPath } from "../../src/files/assets.js";
import { encodeOnnx, type OnnxInitializer, type OnnxNode } from "../../src/runtime/onnx.js";
import { type GraphNode, type QuantisedWeight, readTfjsModel } from "./tfjs-model.js";

const PACKAGE = new URL("node_modules/nsfwjs/", import.meta.url);
const CUT = /expanded_conv_13\/project\/BatchNorm\/FusedBatchNormV3$/;
/** The side of the pictures that the network was trained on. */
const TRAINED_SIDE = 224;
const INPUT = "image";
const OUTPUT = "features";
/** ONNX's number for the type. */
const FLOAT32 = 1;

const { nodes: source, weights } = readTfjsModel(new URL("dist/models/mobilenet_v2_mid/", PACKAGE));
const nodes: OnnxNode[] = [];
const initializers: OnnxInitializer[] = [];

function emit(
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode["attributes"] = {},
) {
  nodes.push({ type, inputs, outputs: [output], attributes, domain: "" });
  return output;
}

function constant(name: string, values: OnnxInitializer["values"], shape: readonly number[] = []): string {
  initializers.push({ name, shape, values });
  return name;
}

/**
 * A weight in the bytes it came in, made real numbers when the network is loaded.
 *
 * Not by DequantizeLinear: ONNX Runtime takes that for a network in whole numbers, ten times slower and less exact.
 */
function dequantised(
  name: string,
  { bytes, scale, zeroPoint }: QuantisedWeight,
  shape: readonly number[],
): string {
  const levels = emit("Cast", [constant(`${name}.bytes`, bytes, shape)], `${name}.levels`, { to: FLOAT32 });
  const signed = emit(
    "Sub",
    [levels, constant(`${name}.zero`, Float32Array.of(zeroPoint))],
    `${name}.signed`,
  );
  return emit("Mul", [signed, constant(`${name}.scale`, Float32Array.of(scale))], name);
}

/** TensorFlow's [height, width, in, out] (depthwise: [height, width, channels, 1]) as ONNX's [out, in, height, width]. */
function filters(
  { shape, bytes }: QuantisedWeight,
  depthwise: boolean,
): { shape: number[]; bytes: Uint8Array } {
  const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
  const [across, down] = depthwise ? [1, inputs] : [inputs, outputs];
  const turned = new Uint8Array(bytes.length);
  for (let place = 0; place < height * width; place++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        const [row, column] = depthwise ? [i, 0] : [o, i];
        turned[(row * across + column) * height * width + place] = bytes[(place * inputs + i) * outputs + o]!;
      }
    }
  }
  return { shape: [down, across, height, width], bytes: turned };
}

const text = (base64: string): string => Buffer.from(base64, "base64").toString();

function weightOf(name: string | undefined): QuantisedWeight {
  const weight = name === undefined ? undefined : weights.get(name);
  if (weight === undefined) throw new Error(`there are no quantised weights "${name}"`);
  return weight;
}

function convolution({ name, op, input, attr }: GraphNode, picture: string, short: string): string {
  const depthwise = op.includes("Depthwise");
  const weight = weightOf(input[1]);
  const bias = weightOf(input[2]);
  const { shape, bytes } = filters(weight, depthwise);
  const fused = (attr.fused_ops?.list.s ?? []).map(text);
  const [, down = 1, across = 1] = attr.strides?.list.i ?? [];
  if (fused[0] !== "BiasAdd" || attr.padding === undefined)
    throw new Error(`unexpected attributes of ${name}`);
  const inputs = [
    picture,
    dequantised(`${short}.weight`, { ...weight, bytes }, shape),
    dequantised(`${short}.bias`, bias, bias.shape),
  ];
  const sum = emit("Conv", inputs, short, {
    kernel_shape: shape.slice(2),
    strides: [down, across],
    auto_pad: text(attr.padding.s) === "SAME" ? "SAME_UPPER" : "VALID",
    group: depthwise ? shape[0]! : 1,
  });
  return fused.includes("Relu6") ? emit("Clip", [sum, "zero", "six"], `${short}.relu6`) : sum;
}

const done = new Map<string, string>();

/** Writes what a node of the source needs, then the node; returns the name of its output. */
function convert(name: string): string {
  const known = done.get(name);
  if (known !== undefined) return known;
  const node = source.get(name);
  if (node === undefined) throw new Error(`the source has no node "${name}"`);
  const output = converted(node, name.replace(/^.*predict\//, ""));
  done.set(name, output);
  return output;
}

function converted(node: GraphNode, short: string): string {
  const { op, input } = node;
  const [first = "", second = ""] = input;
  switch (op) {
    case "Placeholder":
      constant("scales", Float32Array.of(1, 1, TRAINED_SIDE / SIZE, TRAINED_SIDE / SIZE), [4]);
      return emit("Resize", [INPUT, "", "scales"], short, {
        mode: "linear",
        coordinate_transformation_mode: "half_pixel",
      });
    case "Const":
      return dequantised(short, weightOf(node.name), []);
    case "Mul":
    case "Sub":
      return emit(op, [convert(first), convert(second)], short);
    case "AddV2":
      return emit("Add", [convert(first), convert(second)], short);
    case "_FusedConv2D":
    case "FusedDepthwiseConv2dNative":
      return convolution(node, convert(first), short);
    default:
      throw new Error(`no rule for ${op}`);
  }
}

const cut = [...source.keys()].find((name) => CUT.test(name));
if (cut === undefined) throw new Error("the package has no block 13");
constant("zero", Float32Array.of(0));
constant("six", Float32Array.of(6));
const last = convert(cut);
const width = initializers.findLast(({ shape }) => shape.length === 4)?.shape[0];
if (width === undefined) throw new Error("the cut network has no convolution");
emit("Flatten", [emit("GlobalAveragePool", [last], "pooled")], OUTPUT);

const bytes = encodeOnnx(
  {
    nodes,
    initializers,
    inputs: [{ name: INPUT, shape: ["N", 3, SIZE, SIZE], dtype: "float32" }],
    outputs: [{ name: OUTPUT, shape: ["N", width], dtype: "float32" }],
  },
  "nsfwjs 4.4.0, mobilenet_v2_mid, block 13",
);
writeFileSync(assetPath("mobilenet.onnx"), bytes);
copyFileSync(new URL("LICENSE", PACKAGE), assetPath("licences/MIT-nsfwjs.txt"));
console.error(`${nodes.length} nodes, ${width} features, ${(bytes.length / 1024).toFixed(0)} KiB`);
