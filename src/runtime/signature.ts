import { PbfReader } from "pbf";
import { InputError } from "../errors.js";

/** What an .onnx file takes or gives; a size that is open is null. */
export interface SignatureValue {
  readonly name: string;
  /** ONNX's number for the type of the elements; 1 is float32. */
  readonly elementType: number;
  readonly shape: readonly (number | null)[];
}

/** The inputs that have to be fed, and the outputs. */
export interface Signature {
  readonly inputs: readonly SignatureValue[];
  readonly outputs: readonly SignatureValue[];
}

/**
 * Reads from an .onnx file what it takes and gives (onnx.proto, ModelProto), without loading it.
 * Throws InputError if the bytes are no such file, or only a part of one because its weights lie in another.
 */
export function readSignature(bytes: Uint8Array): Signature {
  const found = { inputs: [] as Value[], outputs: [] as Value[], constants: new Set<string>() };
  let isWhole = true;
  const readModel = (tag: number, graph: typeof found, pbf: PbfReader): void => {
    if (tag === 7) pbf.readMessage(readGraph, graph);
  };
  const readGraph = (tag: number, graph: typeof found, pbf: PbfReader): void => {
    if (tag === 11) graph.inputs.push(pbf.readMessage(readValue, emptyValue()));
    else if (tag === 12) graph.outputs.push(pbf.readMessage(readValue, emptyValue()));
    else if (tag === 5) {
      const { name, isElsewhere } = pbf.readMessage(readInitializer, { name: "", isElsewhere: false });
      graph.constants.add(name);
      isWhole &&= !isElsewhere;
    }
  };
  try {
    new PbfReader(bytes).readFields(readModel, found);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`this is no ONNX file, or a damaged one (${reason}); choose another`);
  }
  if (found.outputs.length === 0)
    throw new InputError("this is no ONNX file: it has no outputs; choose another");
  if (!isWhole) {
    throw new InputError(
      "this ONNX file keeps its weights in another file; export it again as a single file",
    );
  }
  return {
    inputs: found.inputs.filter(({ name }) => !found.constants.has(name)),
    outputs: found.outputs,
  };
}

interface Value {
  name: string;
  elementType: number;
  shape: (number | null)[];
}

const emptyValue = (): Value => ({ name: "", elementType: 0, shape: [] });

function readInitializer(tag: number, tensor: { name: string; isElsewhere: boolean }, pbf: PbfReader): void {
  if (tag === 8) tensor.name = pbf.readString();
  else if (tag === 14) tensor.isElsewhere = pbf.readVarint() === 1;
}

function readValue(tag: number, value: Value, pbf: PbfReader): void {
  if (tag === 1) value.name = pbf.readString();
  else if (tag === 2) pbf.readMessage(readType, value);
}

function readType(tag: number, value: Value, pbf: PbfReader): void {
  if (tag === 1) pbf.readMessage(readTensorType, value);
}

function readTensorType(tag: number, value: Value, pbf: PbfReader): void {
  if (tag === 1) value.elementType = pbf.readVarint();
  else if (tag === 2) pbf.readMessage(readShape, value);
}

function readShape(tag: number, { shape }: Value, pbf: PbfReader): void {
  if (tag !== 1) return;
  const { size } = pbf.readMessage(readDimension, { size: null });
  shape.push(size);
}

function readDimension(tag: number, dimension: { size: number | null }, pbf: PbfReader): void {
  if (tag !== 1) return;
  const size = pbf.readVarint(true);
  dimension.size = size > 0 ? size : null; // some exporters write an open size as -1 or 0
}
