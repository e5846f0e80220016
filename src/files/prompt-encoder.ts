import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { clipReader } from "../clip/reader.js";
import { InputError, UsageError } from "../errors.js";
import type { ModelConfig } from "../model/model-config.js";
import { type ClipReader, type PromptEncoder, promptEncoder } from "../model/prompt-encoder.js";
import { isClip } from "../model/text-config.js";
import type { Compile } from "../runtime/executable.js";
import { loadVocabulary, loadWordTable } from "./assets.js";
import { fileError } from "./file-error.js";
import { openTensorFile } from "./tensor-file.js";

/** What a model's prompts may need beside what ships with the package. */
export interface TextSource {
  /** CLIP's weights: a file, the index of shards, or a folder with either. */
  readonly textWeights?: string | undefined;
  /** Compiles CLIP's text transformer. */
  readonly compile: Compile;
}

/**
 * How a model turns prompts into token vectors, with all that it takes loaded.
 *
 * Throws UsageError if text weights are given to a model that needs none, InputError if they are needed and not given,
 * cannot be read, or are of another CLIP.
 */
export async function openPromptEncoder(config: ModelConfig, source: TextSource): Promise<PromptEncoder> {
  const { textWeights } = source;
  const clip = textWeights === undefined ? undefined : await openClip(config, textWeights, source.compile);
  return promptEncoder(config, { vocabulary: loadVocabulary(), words: loadWordTable(), clip });
}

async function openClip(config: ModelConfig, path: string, compile: Compile): Promise<ClipReader> {
  const { name, text } = config;
  if (!isClip(text.vectors)) {
    throw new UsageError(
      `--text-weights is for models that read prompts with CLIP; model ${name} has ${text.vectors} vectors; leave it out`,
    );
  }
  const file = tensorFileAt(path);
  const { tensors, close } = await openTensorFile(file);
  try {
    return await clipReader(config, tensors, compile);
  } catch (error) {
    throw error instanceof InputError && !error.message.includes(file)
      ? new InputError(`${file}: ${error.message}`)
      : error;
  } finally {
    await close();
  }
}

/** Names that CLIP's whole weights and its text side have where they are published, the text side first. */
const PUBLISHED = ["model", "open_clip_model", "pytorch_model", "open_clip_pytorch_model"];
const FORMS = [".safetensors", ".safetensors.index.json", ".bin"];

/** The file to open for a path: itself, or in a folder the weights under a name that they are published under. */
function tensorFileAt(path: string): string {
  try {
    if (!statSync(path).isDirectory()) return path;
    const there = new Set(readdirSync(path));
    const wanted = PUBLISHED.flatMap((name) => FORMS.map((form) => name + form));
    const file = wanted.find((name) => there.has(name));
    if (file !== undefined) return join(path, file);
    throw new InputError(
      `${path} must hold model.safetensors, or its index if it is in shards; got ${there.size} files of other names; give the file itself`,
    );
  } catch (error) {
    throw error instanceof InputError ? error : fileError("read", path, error);
  }
}
