import { loadVocabulary, loadWordTable } from "../../src/files/assets.js";
import type { Drawing } from "../../src/generate/draw.js";
import { DEFAULT_SAMPLING, type SamplingSettings } from "../../src/generate/sampling.js";
import type { LoadedModel } from "../../src/model/loaded.js";
import { promptEncoder } from "../../src/model/prompt-encoder.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { tinyModel } from "../model/tiny.js";

const assets = { vocabulary: loadVocabulary(), words: loadWordTable() };

/** A drawing of a tiny model in a few steps. */
export async function tinyDrawing(
  prompt: string,
  settings: Partial<SamplingSettings> = {},
  model: LoadedModel = tinyModel(),
): Promise<Drawing> {
  const encodePrompt = promptEncoder(model.config, assets);
  return {
    model,
    encodePrompt,
    prompt: await encodePrompt(prompt),
    settings: { ...DEFAULT_SAMPLING, steps: 4, ...settings },
    compile: nodeCompiler({ threads: 1 }),
  };
}
