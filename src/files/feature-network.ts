import { SIZE } from "../data/canvas.js";
import { InputError } from "../errors.js";
import { type FeatureNetwork, type FeatureShape, featureNetwork } from "../evaluate/features.js";
import type { Compile } from "../runtime/executable.js";
import { assetPath } from "./assets.js";
import { readBytes } from "./read.js";

/** What the pool of Inception v3 gives for what it takes (Szegedy et al. 2016). */
const INCEPTION: FeatureShape = { side: 299, width: 2048 };

/**
 * The feature network that ships with the package: MobileNetV2 1.4 up to its 13th block, 224 features.
 * Throws InputError if the file can't be read or is damaged.
 */
export function loadFeatureNetwork(
  compile: Compile,
  path = assetPath("mobilenet.onnx"),
): Promise<FeatureNetwork> {
  return loaded(path, compile, { side: SIZE });
}

/**
 * Inception v3 from a file: pictures [N, 3, 299, 299] in 0..1 to the pool's 2,048 features.
 * Throws InputError if the file can't be read or is of another form.
 */
export function loadInception(compile: Compile, path: string): Promise<FeatureNetwork> {
  return loaded(path, compile, INCEPTION);
}

async function loaded(path: string, compile: Compile, shape: FeatureShape): Promise<FeatureNetwork> {
  try {
    return await featureNetwork(readBytes(path), compile, shape);
  } catch (error) {
    const isNamed = !(error instanceof InputError) || error.message.includes(path);
    throw isNamed ? error : new InputError(`${path}: ${error.message}`);
  }
}
