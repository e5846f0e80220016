import { InputError } from "../errors.js";
import type { Encoding } from "../text/bpe.js";
import { layOutClip, type PromptToken, tokenisePrompt } from "../text/prompt.js";
import { oneHotRows, type TokenVectors, tokenVectors } from "../text/vectors.js";
import { END_TEXT, END_TOKEN, START_TEXT, START_TOKEN, type Vocabulary } from "../text/vocabulary.js";
import type { WordTable } from "../text/word-table.js";
import { frozenWidth, type ModelConfig } from "./model-config.js";
import { isClip } from "./text-config.js";

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

/** CLIP's frozen text side: what a layout of token ids [77] becomes, [77, contextWidth]. */
export type ClipReader = (ids: Int32Array) => Promise<Float32Array>;

/** The text side of a model: what ships with the library, and CLIP's weights for a model whose prompts need them. */
export interface TextAssets {
  readonly vocabulary: Vocabulary;
  readonly words: WordTable;
  readonly clip?: ClipReader | undefined;
}

/**
 * How a model turns prompts into token vectors.
 *
 * Throws InputError if the model reads prompts with CLIP, and `clip` is not there.
 */
export function promptEncoder(config: ModelConfig, { vocabulary, words, clip }: TextAssets): PromptEncoder {
  const tokenise = (prompt: string) => tokenisePrompt(vocabulary, prompt, config.text.maxTokens);
  if (!isClip(config.text.vectors)) {
    const rows = tokenRows(config, words);
    return async (prompt) => bare(tokenise(prompt), rows);
  }
  if (clip === undefined) throw clipMissing(config);
  return async (prompt) => withClip(config, clip, tokenise(prompt));
}

/** What to say where CLIP's weights are needed and not given. */
const clipMissing = ({ name }: ModelConfig): InputError =>
  new InputError(
    `model ${name} reads prompts with CLIP, whose weights are not given; pass --text-weights (textWeights in code) with ` +
      "the text side of laion/CLIP-ViT-H-14-laion2B-s32B-b79K, from huggingface.co: model.safetensors or its folder",
  );

/** A prompt's own tokens and nothing else. */
function bare(encoding: Encoding, rows: (encoding: Encoding) => Float32Array): EncodedPrompt {
  const { tokens } = encoding;
  const tokenOf = tokens.map((_, token) => token);
  return { encoding, tokens, count: tokens.length, vectors: rows(encoding), tokenOf };
}

function tokenRows(config: ModelConfig, table: WordTable): (encoding: Encoding) => Float32Array {
  const { vectors, tokenIds, seed } = config.text;
  const width = frozenWidth(config);
  const source: TokenVectors =
    vectors === "meaning" ? { kind: "meaning", width, seed, table } : { kind: "random", width, seed };
  const frozen = (encoding: Encoding) => (width > 0 ? tokenVectors(source, encoding) : new Float32Array());
  if (tokenIds === undefined) return frozen;
  return (encoding) => sideBySide(encoding.tokens.length, frozen(encoding), oneHotRows(tokenIds, encoding));
}

/** Rows of two matrices of as many rows, each left one followed by its right one. */
function sideBySide(rows: number, left: Float32Array, right: Float32Array): Float32Array {
  const [leftWidth, rightWidth] = [left.length / rows, right.length / rows];
  const joined = new Float32Array(left.length + right.length);
  for (let row = 0; row < rows; row++) {
    joined.set(left.subarray(row * leftWidth, (row + 1) * leftWidth), row * (leftWidth + rightWidth));
    joined.set(
      right.subarray(row * rightWidth, (row + 1) * rightWidth),
      row * (leftWidth + rightWidth) + leftWidth,
    );
  }
  return joined;
}

async function withClip(
  { text, unet }: ModelConfig,
  clip: ClipReader,
  encoding: Encoding,
): Promise<EncodedPrompt> {
  const { ids } = layOutClip(encoding);
  const vectors = await clip(ids); // [77, width]
  const count = encoding.tokens.length;
  if (text.vectors === "clip-transformer") return { ...framed(encoding, ids.length), vectors };
  // Start, end and padding are masked, which is the same as not being there.
  const width = unet.contextWidth;
  return bare(encoding, () => vectors.slice(width, (1 + count) * width));
}

/** All of CLIP's layout, as the network is given it: start, the prompt's tokens, end, and a line for all padding. */
function framed(encoding: Encoding, positions: number): Omit<EncodedPrompt, "vectors"> {
  const added = (text: string, id: number): PromptToken => ({ text, id, word: null });
  const tokens = [added(START_TEXT, START_TOKEN), ...encoding.tokens, added(END_TEXT, END_TOKEN)];
  const used = tokens.length;
  const tokenOf = Array.from({ length: positions }, (_, position) => Math.min(position, used));
  return {
    encoding,
    tokens: used < positions ? [...tokens, added("<|padding|>", 0)] : tokens,
    count: positions,
    tokenOf,
  };
}
