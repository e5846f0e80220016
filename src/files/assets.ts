import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { InputError } from "../errors.js";
import { readSafetensors } from "../safetensors/read.js";
import { createVocabulary, type Vocabulary } from "../text/vocabulary.js";
import { readWordTable, type WordTable } from "../text/word-table.js";
import { parseFile } from "./read.js";

// Two folders up is the package's root, from dist/files as from src/files.
const ASSETS = new URL("../../assets/", import.meta.url);

/** Where a file of the package's `assets` folder lies. */
export function assetPath(name: string): string {
  return fileURLToPath(new URL(name, ASSETS));
}

/** CLIP's vocabulary, as it ships with the package. Throws InputError if the file can't be read or is damaged. */
export function loadVocabulary(path = assetPath("clip-merges.txt.gz")): Vocabulary {
  return parseFile(path, (bytes) => createVocabulary(new TextDecoder().decode(unzip(bytes))));
}

/** The word vectors that ship with the package. Throws InputError if the file can't be read or is damaged. */
export function loadWordTable(path = assetPath("word-vectors.safetensors")): WordTable {
  return parseFile(path, (bytes) => readWordTable(readSafetensors(bytes)));
}

function unzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`this gzip file is damaged (${reason}); install pellucid again`);
  }
}
