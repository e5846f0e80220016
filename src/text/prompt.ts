import { InputError, UsageError } from "../errors.js";
import { type Encoding, encode, type Token, type Word } from "./bpe.js";
import { END_TOKEN, START_TOKEN, type Vocabulary } from "./vocabulary.js";

/**
 * A prompt laid out on a fixed number of positions.
 *
 * Every mask here follows from positions. None may be made from ids, for a padding id is a real token as well (0 is
 * `!` inside a word, 49,407 can be typed).
 */
export interface Layout {
  /** Token of each position; the padding's id where there is none. */
  readonly ids: Int32Array; // [L]
  /** 1 where there is a token, start and end included; 0 on padding. */
  readonly occupied: Float32Array; // [L]
  /** 1 where there is a token of the prompt itself; 0 on start, end and padding. */
  readonly content: Float32Array; // [L]
  /** Index of the prompt's token at each position; -1 on start, end and padding. */
  readonly tokens: Int32Array; // [L]
}

/** A token of the prompt, or one that a layout adds (start, end, padding), which belongs to no word. */
export type PromptToken = Token | { readonly text: string; readonly id: number; readonly word: null };

/** CLIP's number of positions (Radford et al. 2021). */
export const CLIP_POSITIONS = 77;

const WORDS_SHOWN = 6;

/**
 * Encodes a prompt that has to fit in `maxTokens` tokens, start and end not counted.
 *
 * An empty prompt, or one of white space alone, is no mistake: it has no tokens, so that nothing conditions the picture.
 *
 * @throws InputError if there are more tokens, with the words that would be cut off; nothing is ever cut silently.
 * @throws UsageError if `maxTokens` is not an integer of at least 1.
 */
export function tokenisePrompt(vocabulary: Vocabulary, prompt: string, maxTokens: number): Encoding {
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 1) {
    throw new UsageError(`maxTokens must be an integer of at least 1; got ${maxTokens}`);
  }
  const encoding = encode(vocabulary, prompt);
  if (encoding.tokens.length > maxTokens) {
    const cut = encoding.words.filter((word) => word.tokens.some((token) => token >= maxTokens));
    throw new InputError(
      `the prompt must have at most ${maxTokens} tokens; got ${encoding.tokens.length}; ` +
        `shorten it, or these words would be cut off: ${listWords(prompt, cut)}`,
    );
  }
  return encoding;
}

function listWords(prompt: string, words: readonly Word[]): string {
  const shown = words
    .slice(0, WORDS_SHOWN)
    .map((word) => JSON.stringify(shorten(prompt.slice(word.start, word.end))));
  const hidden = words.length - shown.length;
  return shown.join(", ") + (hidden > 0 ? ` and ${hidden} more` : "");
}

function shorten(word: string): string {
  const characters = [...word];
  return characters.length > 24 ? `${characters.slice(0, 24).join("")}...` : word;
}

/**
 * The prompt's tokens alone, from position 0, as a network without a text encoder reads them.
 *
 * @throws UsageError if they don't fit in `positions`.
 */
export function layOutTokens(encoding: Encoding, positions: number): Layout {
  return layOut(encoding, { positions, before: [], after: [], padding: 0 });
}

/**
 * CLIP's layout: start, the prompt's tokens, end, padding (Radford et al. 2021).
 *
 * `padding` is 0 in OpenAI's and OpenCLIP's tokenizers and `END_TOKEN` in Hugging Face's.
 *
 * @throws UsageError if they don't fit in `positions`.
 */
export function layOutClip(encoding: Encoding, positions = CLIP_POSITIONS, padding = 0): Layout {
  return layOut(encoding, { positions, before: [START_TOKEN], after: [END_TOKEN], padding });
}

interface Frame {
  readonly positions: number;
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly padding: number;
}

function layOut(encoding: Encoding, { positions, before, after, padding }: Frame): Layout {
  const first = before.length;
  const count = encoding.tokens.length;
  const used = first + count + after.length;
  if (!Number.isSafeInteger(positions) || positions < used) {
    throw new UsageError(
      `positions must be an integer of at least ${used} for this prompt; got ${positions}`,
    );
  }
  const ids = new Int32Array(positions).fill(padding);
  ids.set([...before, ...encoding.tokens.map((token) => token.id), ...after]);
  const tokens = new Int32Array(positions).fill(-1);
  for (let token = 0; token < count; token++) tokens[first + token] = token;
  return {
    ids,
    occupied: new Float32Array(positions).fill(1, 0, used),
    content: new Float32Array(positions).fill(1, first, first + count),
    tokens,
  };
}
