import { loadVocabulary } from "../../src/files/assets.js";

/** CLIP's vocabulary, read once for each test file. */
export const vocabulary = loadVocabulary();
