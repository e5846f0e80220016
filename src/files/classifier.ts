import { classifierParameters } from "../classifier/network.js";
import { readerParameters } from "../classifier/reader.js";
import type { Readers } from "../classifier/readers.js";
import { residualReaderParameters } from "../classifier/residual-reader.js";
import type { Weights } from "../model/weights.js";
import { assetPath } from "./assets.js";
import { parseFile } from "./read.js";
import { parseWeights } from "./weights.js";

/** The judge's file in the package's assets. */
export const CLASSIFIER_FILE = "classifier.safetensors";
/** The readers'. */
export const READER_FILE = "reader.safetensors";
export const RESIDUAL_READER_FILE = "residual-reader.safetensors";

/** The attribute classifier's weights, as they ship with the package. Throws InputError if the file can't be read or is damaged. */
export function loadClassifier(path = assetPath(CLASSIFIER_FILE)): Weights {
  return parseFile(path, (bytes) => parseWeights(bytes, classifierParameters(), "the classifier"));
}

/** The weights of the readers, as they ship with the package. Throws InputError as above. */
export const loadReaders = (): Readers => ({ plain: loadReader(), residual: loadResidualReader() });

/** Those of the first one. Throws InputError as above. */
export function loadReader(path = assetPath(READER_FILE)): Weights {
  return parseFile(path, (bytes) => parseWeights(bytes, readerParameters(), "the reader"));
}

/** Those of the second one. Throws InputError as above. */
export function loadResidualReader(path = assetPath(RESIDUAL_READER_FILE)): Weights {
  return parseFile(path, (bytes) => parseWeights(bytes, residualReaderParameters(), "the residual reader"));
}
