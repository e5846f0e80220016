import { clipReader } from "../../src/clip/reader.js";
import { loadVocabulary, loadWordTable } from "../../src/files/assets.js";
import type { Drawing } from "../../src/generate/draw.js";
import { DEFAULT_SAMPLING, type SamplingSettings } from "../../src/generate/sampling.js";
import type { LoadedModel } from "../../src/model/loaded.js";
import { promptEncoder } from "../../src/model/prompt-encoder.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import type { StoredTensors } from "../../src/safetensors/stored.js";
import { tinyModel } from "../model/tiny.js";

const assets = { vocabulary: loadVocabulary(), words: loadWordTable() };

/** A drawing of a tiny model in a few steps, its prompt read with a CLIP if one is given. */
export async function tinyDrawing(
  prompt: string,
  settings: Partial<SamplingSettings> = {},
  model: LoadedModel = tinyModel(),
  clip?: StoredTensors,
): Promise<Drawing> {
  const compile = nodeCompiler({ threads: 1 });
  const reader = clip === undefined ? undefined : await clipReader(model.config, clip, compile);
  const encodePrompt = promptEncoder(model.config, { ...assets, clip: reader });
  return {
    model,
    encodePrompt,
    prompt: await encodePrompt(prompt),
    settings: { ...DEFAULT_SAMPLING, steps: 4, ...settings },
    compile,
  };
}
