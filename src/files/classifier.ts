import { classifierParameters } from "../evaluate/classifier/network.js";
import type { Weights } from "../model/weights.js";
import { assetPath } from "./assets.js";
import { parseFile } from "./read.js";
import { parseWeights } from "./weights.js";

/** The file in the package's assets. */
export const CLASSIFIER_FILE = "classifier.safetensors";

/** The attribute classifier's weights, as they ship with the package. Throws InputError if the file can't be read or is damaged. */
export function loadClassifier(path = assetPath(CLASSIFIER_FILE)): Weights {
  return parseFile(path, (bytes) => parseWeights(bytes, classifierParameters(), "the classifier"));
}
