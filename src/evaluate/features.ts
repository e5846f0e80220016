import { resizeBilinear } from "../diffusion/resize.js";
import { InputError, throwIfCancelled } from "../errors.js";
import type { Compile } from "../runtime/executable.js";
import { readSignature, type Signature, type SignatureValue } from "../runtime/signature.js";

/** Features of pictures, one row each: `values` is [count, width]. */
export interface Features {
  readonly count: number;
  readonly width: number;
  readonly values: Float32Array;
}

/** Square pictures as bytes [side, side, 3], red, green, blue in 0..255. */
export type Pictures = readonly Uint8Array[];

export interface FeatureRun {
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of pictures done. */
  readonly onProgress?: (done: number) => void;
}

/** A network that turns pictures into features; `release` frees its session. */
export interface FeatureNetwork {
  readonly width: number;
  /** Throws InputError if a picture is not square or its features are not finite; CancelledError. */
  features(pictures: Pictures, run?: FeatureRun): Promise<Features>;
  release(): Promise<void>;
}

/** What a feature network has to be like; `side` is also taken where the file leaves the pictures' size open. */
export interface FeatureShape {
  readonly side: number;
  readonly width?: number;
}

/** Pictures a run, where the file leaves that open. */
const BATCH = 16;
const FLOAT32 = 1;

/**
 * Any ONNX file with one input [N, 3, side, side] (red, green, blue in 0..1) and one output [N, width] or [N, width, 1, 1]
 * as a feature network. Pictures of another size are resized to the network's (bilinear, no antialiasing).
 * Throws InputError if the file is not of this form, or not of the shape asked for.
 */
export async function featureNetwork(
  bytes: Uint8Array,
  compile: Compile,
  wanted: FeatureShape,
): Promise<FeatureNetwork> {
  const { input, output, batch, side, width } = checkedSignature(readSignature(bytes), wanted);
  const length = 3 * side * side;
  const executable = await compile({
    bytes,
    inputs: [{ name: input, shape: [batch, 3, side, side], dtype: "float32" }],
    outputs: [{ name: output, shape: [batch, width], dtype: "float32" }],
    beside: new Map(),
    peak: 0, // of a network that is not ours, unknown, and small
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new InputError(`this feature network cannot be loaded (${reason}); export it again`);
  });
  return {
    width,
    async features(pictures, { signal, onProgress } = {}) {
      const values = new Float32Array(pictures.length * width); // [count, width]
      const x = new Float32Array(batch * length); // [B, 3, S, S]
      for (let start = 0; start < pictures.length; start += batch) {
        throwIfCancelled(signal);
        const own = pictures.slice(start, start + batch);
        for (const [i, picture] of own.entries()) x.set(planesOf(picture, start + i, side), i * length);
        const rows = (await executable.run({ [input]: x }))[output]!; // [B, width]
        if (rows.length !== batch * width) {
          throw new InputError(
            `the feature network gives ${rows.length / batch} features a picture; expected ${width}; use another`,
          );
        }
        values.set(rows.subarray(0, own.length * width), start * width);
        onProgress?.(start + own.length);
      }
      const bad = values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        throw new InputError(
          `the features of picture ${Math.floor(bad / width)} are not finite; use another feature network`,
        );
      }
      return { count: pictures.length, width, values };
    },
    release: () => executable.release(),
  };
}

/** Bytes [S, S, 3] as planes [3, side, side] in 0..1. */
function planesOf(picture: Uint8Array, index: number, side: number): Float32Array {
  const own = Math.sqrt(picture.length / 3);
  if (!Number.isInteger(own) || own < 1) {
    throw new InputError(
      `picture ${index} must be square, three bytes a pixel; got ${picture.length} bytes; crop it to a square`,
    );
  }
  const pixels = own * own;
  const planes = new Float32Array(3 * pixels); // [3, S, S]
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) planes[c * pixels + i] = picture[i * 3 + c]! / 255;
  }
  return resizeBilinear(planes, own, side);
}

const shown = ({ name, elementType, shape }: SignatureValue): string =>
  `"${name}" [${shape.map((size) => size ?? "?").join(",")}]${elementType === FLOAT32 ? "" : " not of float32"}`;

function checkedSignature({ inputs, outputs }: Signature, wanted: FeatureShape) {
  const [input, ...moreInputs] = inputs;
  const [output, ...moreOutputs] = outputs;
  const { side, width } = wanted;
  const expected = `one float32 input [N,3,${side},${side}] and one float32 output [N,${width ?? "features"}]`;
  const got = `${inputs.map(shown).join(", ") || "no input"} and ${outputs.map(shown).join(", ")}`;
  const fail = (): never => {
    throw new InputError(`a feature network has ${expected}; got ${got}; export it with that shape`);
  };
  if (input === undefined || output === undefined || moreInputs.length + moreOutputs.length > 0)
    return fail();
  if (input.elementType !== FLOAT32 || output.elementType !== FLOAT32) return fail();
  const fits = (size: number | null | undefined, allowed: number): boolean =>
    size === null || size === allowed;
  const [batch, channels, height, across, ...beyond] = input.shape;
  if (!fits(channels, 3) || !fits(height, side) || !fits(across, side) || beyond.length > 0) return fail();
  const [rows, columns, ...ones] = output.shape;
  const found = columns ?? width;
  if (rows === undefined || found === undefined || found !== (width ?? found)) return fail();
  if (ones.some((size) => size !== 1)) return fail();
  return { input: input.name, output: output.name, batch: batch ?? BATCH, side, width: found };
}
