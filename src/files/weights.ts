import { InputError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import type { ParameterSpec } from "../model/weights.js";
import { toFloat32 } from "../safetensors/convert.js";
import { readSafetensors } from "../safetensors/read.js";

/**
 * The values of a network's parameters from a safetensors file; other tensors are passed over.
 * Throws InputError if one is missing or of another shape; `owner` says whose they should be.
 */
export function parseWeights(
  bytes: Uint8Array,
  parameters: readonly Pick<ParameterSpec, "name" | "shape">[],
  owner: string,
): Map<string, Float32Array> {
  const { tensors } = readSafetensors(bytes);
  const weights = new Map<string, Float32Array>();
  for (const { name, shape } of parameters) {
    const tensor = tensors.get(name);
    if (tensor === undefined) {
      throw new InputError(`tensor ${name} is missing; these weights are not of ${owner}`);
    }
    if (formatShape(tensor.shape) !== formatShape(shape)) {
      throw new InputError(
        `tensor ${name} must have shape ${formatShape(shape)}; got ${formatShape(tensor.shape)}; these weights are not of ${owner}`,
      );
    }
    weights.set(name, toFloat32(tensor));
  }
  return weights;
}
