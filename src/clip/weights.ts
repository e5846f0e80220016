import { InputError } from "../errors.js";
import { formatShape, type Shape, sameShape, sizeOf } from "../graph/shape.js";
import { toFloat32 } from "../safetensors/convert.js";
import type { StoredTensor, StoredTensors } from "../safetensors/stored.js";
import { namingOf, type Place, TOKEN_EMBEDDING } from "./names.js";

/** A parameter of CLIP's text side by its name in Hugging Face transformers, without `text_model.`. */
export interface WantedTensor {
  readonly name: string;
  readonly shape: Shape;
}

/** Parameters by name. */
export type ClipWeights = ReadonlyMap<string, Float32Array>;

/**
 * Reads parameters of CLIP's text side from tensors named as in Hugging Face transformers or as in open_clip; the image
 * side and anything else is passed over.
 *
 * Throws InputError if one is missing or of another shape, before any is read.
 */
export async function readClipWeights(
  tensors: StoredTensors,
  wanted: readonly WantedTensor[],
): Promise<ClipWeights> {
  const naming = namingOf(tensors);
  if (naming === undefined) {
    throw new InputError(
      `CLIP's text side must be here, with text_model.${TOKEN_EMBEDDING} (transformers) or token_embedding.weight ` +
        `(open_clip); got ${tensors.size} tensors, neither among them; choose CLIP's own file`,
    );
  }
  const found = wanted.map(({ name, shape }) => {
    const place = naming(name);
    return { name, shape, place, tensor: findTensor(tensors, place, shape) };
  });
  const weights = new Map<string, Float32Array>();
  for (const tensor of new Set(found.map((parameter) => parameter.tensor))) {
    const { dtype, shape, read } = tensor;
    const values = toFloat32({ dtype, shape, bytes: await read() });
    for (const { name, shape: own, place } of found.filter((parameter) => parameter.tensor === tensor)) {
      const start = (place.part ?? 0) * sizeOf(own);
      weights.set(name, place.part === undefined ? values : values.slice(start, start + sizeOf(own)));
    }
  }
  return weights;
}

function findTensor(tensors: StoredTensors, { name, part }: Place, shape: Shape): StoredTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) {
    throw new InputError(`tensor ${name} is missing; these weights are not of the model's text.encoder`);
  }
  const expected = part === undefined ? shape : shape.with(0, 3 * shape[0]!);
  if (!sameShape(tensor.shape, expected)) {
    throw new InputError(
      `tensor ${name} must have shape ${formatShape(expected)}; got ${formatShape(tensor.shape)}; these weights are not of the model's text.encoder`,
    );
  }
  return tensor;
}
