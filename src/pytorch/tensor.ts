import { InputError } from "../errors.js";
import { elementBytes, isKind, type TensorValue, type Value } from "./values.js";

/** PyTorch has 64 dimensions at most. */
const MAX_DIMENSIONS = 64;

/**
 * The tensor that `_rebuild_tensor_v2` makes: (storage, offset, shape, strides, requires_grad, hooks[, metadata]).
 *
 * Throws InputError unless every element lies in the storage and the tensor has no more elements than it: a tensor that
 * shows elements several times (`expand`) could claim any size.
 */
export function tensorOf(args: readonly Value[]): TensorValue {
  const [storage, offset, shapeValue, stridesValue] = args;
  const shape = sizesOf(shapeValue);
  const strides = sizesOf(stridesValue);
  const isOne = isKind(storage, "storage") && isSize(offset) && args.length >= 6 && args.length <= 7;
  if (!isOne || shape === undefined || strides?.length !== shape.length || shape.length > MAX_DIMENSIONS) {
    throw new InputError(
      "a tensor must have a storage, an offset, a shape and as many strides, all of them whole numbers >= 0; " +
        "save the file again with torch.save",
    );
  }
  const tensor: TensorValue = { kind: "tensor", storage, offset, shape, strides };
  const end = offset + spanOf(tensor);
  const size = shape.reduce((product, length) => product * length, 1);
  if (!(end <= storage.length) || !(size <= storage.length)) {
    throw new InputError(
      `a tensor of shape [${shape.join(",").slice(0, 60)}] and strides [${strides.join(",").slice(0, 60)}] at element ` +
        `${offset} must lie in its storage of ${storage.length} elements, each shown once; save it again after .contiguous()`,
    );
  }
  return tensor;
}

/** Elements from a tensor's first to its last, both included; 0 for an empty one. */
export function spanOf({ shape, strides }: Pick<TensorValue, "shape" | "strides">): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((span, length, i) => span + (length - 1) * strides[i]!, 1);
}

/** Whether the elements lie in row-major order without gaps. */
export function isContiguous({ shape, strides }: TensorValue): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return shape.includes(0);
    expected *= shape[i]!;
  }
  return true;
}

/** The bytes of a tensor in row-major order, from those between its first and last element. */
export function gather(tensor: TensorValue, span: Uint8Array): Uint8Array {
  if (isContiguous(tensor)) return span;
  const { shape, strides, storage } = tensor;
  const width = elementBytes(storage);
  const size = shape.reduce((product, length) => product * length, 1);
  const gathered = new Uint8Array(size * width);
  const index = shape.map(() => 0);
  let from = 0; // in elements
  for (let to = 0; to < size; to++) {
    for (let byte = 0; byte < width; byte++) gathered[to * width + byte] = span[from * width + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      from += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return gathered;
}

function sizesOf(value: Value | undefined): number[] | undefined {
  if (!isKind(value, "tuple")) return undefined;
  const sizes = value.items.filter(isSize);
  return sizes.length === value.items.length ? sizes : undefined;
}

const isSize = (value: Value | undefined): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
