import type { Encoding } from "../text/bpe.js";
import { tokenisePrompt } from "../text/prompt.js";
import { type TokenVectors, tokenVectors } from "../text/vectors.js";
import type { Vocabulary } from "../text/vocabulary.js";
import type { WordTable } from "../text/word-table.js";
import type { ModelConfig } from "./model-config.js";

/** A prompt as the network takes it. */
export interface EncodedPrompt {
  readonly encoding: Encoding;
  readonly count: number;
  readonly vectors: Float32Array; // [count, C]
}

/** Throws InputError for a prompt with more tokens than the model takes. */
export type PromptEncoder = (prompt: string) => EncodedPrompt;

/** The text side of a model: what ships with the library. */
export interface TextAssets {
  readonly vocabulary: Vocabulary;
  readonly words: WordTable;
}

/** How a model turns prompts into token vectors. */
export function promptEncoder({ text, unet }: ModelConfig, { vocabulary, words }: TextAssets): PromptEncoder {
  const width = unet.contextWidth;
  const source: TokenVectors =
    text.vectors === "meaning"
      ? { kind: "meaning", width, seed: text.seed, table: words }
      : { kind: "random", width, seed: text.seed };
  return (prompt) => {
    const encoding = tokenisePrompt(vocabulary, prompt, text.maxTokens);
    return { encoding, count: encoding.tokens.length, vectors: tokenVectors(source, encoding) };
  };
}
