import { PbfWriter } from "pbf";
import type { OnnxAttribute } from "../graph/emitter.js";
import type { Shape } from "../graph/shape.js";
import type { DType } from "../graph/tensor.js";

/** The subset of ONNX (onnx.proto, IR version 9) that a lowered graph needs, as plain data. */
export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  readonly domain: string;
}

export interface OnnxValue {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface OnnxInitializer {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Float32Array | BigInt64Array | Uint8Array;
  /** Whether the values are left out: they are in a file of the same name. */
  readonly isBeside?: boolean | undefined;
}

/** What a graph takes or gives; a size that is a name may be any number. */
export interface OnnxBoundary extends Omit<OnnxValue, "shape"> {
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxBoundary[];
  readonly outputs: readonly OnnxBoundary[];
  readonly initializers: readonly OnnxInitializer[];
}

const irVersion = 9;
const opset = 17;
const externalLocation = 1;
const elementType = { float32: 1, uint8: 2, int64: 7 } as const;
const attributeType = { float: 1, integer: 2, string: 3, integers: 7 } as const;

/** Bytes that all but the values of initializers take at most, about; more are found as they are needed. */
const HEADROOM = 2 ** 20;

/** Encodes a graph as the bytes of an .onnx file. */
export function encodeOnnx(graph: OnnxGraph, producerVersion: string): Uint8Array {
  // Growing by doubling copies the weights again and again.
  const inside = graph.initializers.filter(({ isBeside }) => !isBeside);
  const pbf = new PbfWriter(
    new Uint8Array(inside.reduce((total, { values }) => total + values.byteLength, HEADROOM)),
  );
  pbf.writeVarintField(1, irVersion);
  pbf.writeStringField(2, "pellucid");
  pbf.writeStringField(3, producerVersion);
  pbf.writeMessage(7, writeGraph, graph);
  const usesContributed = graph.nodes.some((node) => node.domain !== "");
  for (const domain of usesContributed ? ["", "com.microsoft"] : [""]) {
    pbf.writeMessage(8, writeOpset, { domain, version: domain === "" ? opset : 1 });
  }
  return pbf.finish();
}

function writeOpset({ domain, version }: { domain: string; version: number }, pbf: PbfWriter): void {
  pbf.writeStringField(1, domain);
  pbf.writeVarintField(2, version);
}

function writeGraph(graph: OnnxGraph, pbf: PbfWriter): void {
  for (const node of graph.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, "pellucid");
  for (const initializer of graph.initializers) pbf.writeMessage(5, writeInitializer, initializer);
  for (const value of graph.inputs) pbf.writeMessage(11, writeValue, value);
  for (const value of graph.outputs) pbf.writeMessage(12, writeValue, value);
}

function writeNode(node: OnnxNode, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(1, input);
  for (const output of node.outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(4, node.type);
  for (const attribute of Object.entries(node.attributes)) pbf.writeMessage(5, writeAttribute, attribute);
  if (node.domain !== "") pbf.writeStringField(7, node.domain);
}

function writeAttribute([name, value]: readonly [string, OnnxAttribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (typeof value === "number") {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, attributeType.integer);
  } else if (typeof value === "string") {
    pbf.writeBytesField(4, new TextEncoder().encode(value));
    pbf.writeVarintField(20, attributeType.string);
  } else if ("float" in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, attributeType.float);
  } else {
    for (const integer of value) pbf.writeVarintField(8, integer);
    pbf.writeVarintField(20, attributeType.integers);
  }
}

function writeInitializer({ name, shape, values, isBeside }: OnnxInitializer, pbf: PbfWriter): void {
  for (const size of shape) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, elementTypeOf(values));
  pbf.writeStringField(8, name);
  if (isBeside) {
    pbf.writeMessage(13, writeStringEntry, ["location", name]);
    pbf.writeVarintField(14, externalLocation);
  } else pbf.writeBytesField(9, bytesOf(values));
}

function writeStringEntry([key, value]: readonly [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeStringField(2, value);
}

/** The bytes of an array, not copied. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBufferLike>): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function elementTypeOf(values: OnnxInitializer["values"]): number {
  if (values instanceof BigInt64Array) return elementType.int64;
  return values instanceof Uint8Array ? elementType.uint8 : elementType.float32;
}

function writeValue({ name, shape, dtype }: OnnxBoundary, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, writeType, { shape, dtype });
}

function writeType(type: Omit<OnnxBoundary, "name">, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeTensorType, type);
}

function writeTensorType({ shape, dtype }: Omit<OnnxBoundary, "name">, pbf: PbfWriter): void {
  pbf.writeVarintField(1, elementType[dtype]);
  pbf.writeMessage(2, writeShape, shape);
}

function writeShape(shape: OnnxBoundary["shape"], pbf: PbfWriter): void {
  for (const size of shape) pbf.writeMessage(1, writeDimension, size);
}

function writeDimension(size: number | string, pbf: PbfWriter): void {
  if (typeof size === "string") pbf.writeStringField(2, size);
  else pbf.writeVarintField(1, size);
}
