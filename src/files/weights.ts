import { InputError } from "../errors.js";
import { formatShape, type Shape, sameShape } from "../graph/shape.js";
import type { ParameterSpec } from "../model/weights.js";
import { toFloat32 } from "../safetensors/convert.js";
import { dataStartOf, parseHeader, readSafetensors } from "../safetensors/read.js";
import { readParts } from "./read.js";

/** A parameter that weights are wanted for. */
type Wanted = Pick<ParameterSpec, "name" | "shape">;

/**
 * The values of a network's parameters from a safetensors file; other tensors are passed over.
 * Throws InputError if one is missing or of another shape; `owner` says whose they should be.
 */
export function parseWeights(
  bytes: Uint8Array,
  parameters: readonly Wanted[],
  owner: string,
): Map<string, Float32Array> {
  const { tensors } = readSafetensors(bytes);
  checkWanted(parameters, tensors, owner);
  return new Map(parameters.map(({ name }) => [name, toFloat32(tensors.get(name)!)]));
}

/**
 * The same of a file of any size, read tensor by tensor; `onBytes` is given every byte of it, in order.
 * Throws InputError as `parseWeights`, or if the file can't be read.
 */
export function readWeights(
  path: string,
  parameters: readonly Wanted[],
  owner: string,
  onBytes: (bytes: Uint8Array) => void,
): Map<string, Float32Array> {
  return readParts(path, (read, size) => {
    const start = read(0, dataStartOf(read(0, Math.min(8, size)), size));
    const { tensors } = parseHeader(start, size);
    checkWanted(parameters, tensors, owner);
    onBytes(start);
    const wanted = new Set(parameters.map(({ name }) => name));
    const found = new Map<string, Float32Array>();
    const inOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin); // they fill the file without a gap
    for (const [name, { dtype, shape, begin, end }] of inOrder) {
      const bytes = read(begin, end);
      onBytes(bytes);
      if (wanted.has(name)) found.set(name, toFloat32({ dtype, shape, bytes }));
    }
    return new Map(parameters.map(({ name }) => [name, found.get(name)!]));
  });
}

function checkWanted(
  parameters: readonly Wanted[],
  tensors: ReadonlyMap<string, { readonly shape: Shape }>,
  owner: string,
): void {
  for (const { name, shape } of parameters) {
    const tensor = tensors.get(name);
    if (tensor === undefined) {
      throw new InputError(`tensor ${name} is missing; these weights are not of ${owner}`);
    }
    if (!sameShape(tensor.shape, shape)) {
      throw new InputError(
        `tensor ${name} must have shape ${formatShape(shape)}; got ${formatShape(tensor.shape)}; these weights are not of ${owner}`,
      );
    }
  }
}
