import type { Encoding } from "../text/bpe.js";
import { type PromptToken, tokenisePrompt } from "../text/prompt.js";
import { oneHotRows, type TokenVectors, tokenVectors } from "../text/vectors.js";
import type { Vocabulary } from "../text/vocabulary.js";
import type { WordTable } from "../text/word-table.js";
import type { ModelConfig } from "./model-config.js";

/** A prompt as the network takes it. */
export interface EncodedPrompt {
  readonly encoding: Encoding;
  /** What an account has a line for each: the prompt's tokens, and those that a layout puts around them. */
  readonly tokens: readonly PromptToken[];
  /** Rows that the network is given. */
  readonly count: number;
  /** These rows, as the network's input takes them: [count, `tokenWidth`]. */
  readonly vectors: Float32Array;
  /** Which of `tokens` each row stands for; all padding is one. */
  readonly tokenOf: readonly number[]; // [count]
}

/** Rejects with InputError for a prompt with more tokens than the model takes. */
export type PromptEncoder = (prompt: string) => Promise<EncodedPrompt>;

/** The text side of a model: what ships with the library. */
export interface TextAssets {
  readonly vocabulary: Vocabulary;
  readonly words: WordTable;
}

/** How a model turns prompts into token vectors. */
export function promptEncoder(config: ModelConfig, { vocabulary, words }: TextAssets): PromptEncoder {
  const rows = tokenRows(config, words);
  return async (prompt) => {
    const encoding = tokenisePrompt(vocabulary, prompt, config.text.maxTokens);
    const { tokens } = encoding;
    const tokenOf = tokens.map((_, token) => token);
    return { encoding, tokens, count: tokens.length, vectors: rows(encoding), tokenOf };
  };
}

function tokenRows({ text, unet }: ModelConfig, table: WordTable): (encoding: Encoding) => Float32Array {
  const { tokenIds, seed } = text;
  if (tokenIds !== undefined) return (encoding) => oneHotRows(tokenIds, encoding);
  const width = unet.contextWidth;
  const source: TokenVectors =
    text.vectors === "meaning" ? { kind: "meaning", width, seed, table } : { kind: "random", width, seed };
  return (encoding) => tokenVectors(source, encoding);
}
