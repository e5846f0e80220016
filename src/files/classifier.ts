import { classifierParameters } from "../classifier/network.js";
import { readerParameters } from "../classifier/reader.js";
import type { Weights } from "../model/weights.js";
import { assetPath } from "./assets.js";
import { parseFile } from "./read.js";
import { parseWeights } from "./weights.js";

/** The judge's file in the package's assets. */
export const CLASSIFIER_FILE = "classifier.safetensors";
/** The reader's. */
export const READER_FILE = "reader.safetensors";

/** The attribute classifier's weights, as they ship with the package. Throws InputError if the file can't be read or is damaged. */
export function loadClassifier(path = assetPath(CLASSIFIER_FILE)): Weights {
  return parseFile(path, (bytes) => parseWeights(bytes, classifierParameters(), "the classifier"));
}

/** The weights of the classifier that training asks, as they ship with the package. Throws InputError as above. */
export function loadReader(path = assetPath(READER_FILE)): Weights {
  return parseFile(path, (bytes) => parseWeights(bytes, readerParameters(), "the reader"));
}
