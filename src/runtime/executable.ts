import type { InferenceSession, Tensor as OrtTensor, TypedTensor } from "onnxruntime-common";
import { formatShape, sizeOf } from "../graph/shape.js";
import type { OnnxModel } from "./lower.js";
import { bytesOf } from "./onnx.js";

export type Values = Float32Array | BigInt64Array;

/** A graph that has been compiled for a device. */
export interface Executable {
  /**
   * Runs once; every input must be fed with as many values as its shape holds. Not reentrant.
   *
   * Outputs named in `into` are written there, the others to new arrays. An array may be fed and written to in one run where
   * each of its elements is read last for the element that replaces it: by sums and products, element by element.
   */
  run(
    feeds: Readonly<Record<string, Values>>,
    into?: Readonly<Record<string, Float32Array>>,
  ): Promise<Record<string, Float32Array>>;
  /** Frees the session. */
  release(): Promise<void>;
}

/** Turns an ONNX model into something that runs. */
export type Compile = (model: OnnxModel) => Promise<Executable>;

/** What a session of ONNX Runtime is asked for. */
export interface OrtSession {
  /** Outputs that are not null in `fetches` are written there. */
  run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches: Readonly<Record<string, OrtTensor | null>>,
  ): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/** The part of ONNX Runtime that Node and browser builds share. */
export interface OrtModule {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<OrtSession>;
  };
  readonly Tensor: {
    new (type: "float32", data: Float32Array, dims: readonly number[]): TypedTensor<"float32">;
    new (type: "int64", data: BigInt64Array, dims: readonly number[]): TypedTensor<"int64">;
  };
}

/** A compiler on top of an ONNX Runtime module and fixed session options. */
export function compileWith(ort: OrtModule, options: InferenceSession.SessionOptions): Compile {
  return async (model) => {
    const externalData = [...model.beside].map(([path, values]) => ({ path, data: bytesOf(values) }));
    const session = await ort.InferenceSession.create(model.bytes, { ...options, externalData });
    return {
      async run(feeds, into = {}) {
        const tensors: Record<string, OrtTensor> = {};
        for (const { name, shape } of model.inputs) {
          const values = feeds[name];
          if (values === undefined) throw new Error(`input "${name}" was not fed`);
          if (values.length !== sizeOf(shape)) {
            throw new Error(
              `input "${name}" has shape ${formatShape(shape)} = ${sizeOf(shape)} values; got ${values.length}`,
            );
          }
          tensors[name] =
            values instanceof BigInt64Array
              ? new ort.Tensor("int64", values, shape)
              : new ort.Tensor("float32", values, shape);
        }
        const places = model.outputs.map(({ name, shape }) => {
          const place = into[name];
          return [name, place === undefined ? null : new ort.Tensor("float32", place, shape)] as const;
        });
        const results = await session.run(tensors, Object.fromEntries(places));
        const values: Record<string, Float32Array> = {};
        for (const { name } of model.outputs) values[name] = into[name] ?? float32Of(results[name], name);
        return values;
      },
      release: () => session.release(),
    };
  };
}

function float32Of(tensor: OrtTensor | undefined, name: string): Float32Array {
  const data = tensor?.data;
  if (!(data instanceof Float32Array)) throw new Error(`output "${name}" is not float32`);
  return data;
}
