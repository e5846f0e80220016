import { cleanText } from "./clean.js";
import { mergeWord, type Piece } from "./merge.js";
import { decode, END_TEXT, END_TOKEN, START_TEXT, START_TOKEN, type Vocabulary } from "./vocabulary.js";

/** One byte-pair token of a prompt. */
export interface Token {
  readonly id: number;
  /** What it spells, cleaned; U+FFFD where it holds only a part of a character. */
  readonly text: string;
  /** Span [start, end) of the prompt that it came from, in UTF-16 units; tokens that share a character overlap. */
  readonly start: number;
  readonly end: number;
  /** Index of its word. */
  readonly word: number;
}

/** A run of letters, one digit, a run of symbols or a contraction's ending: what CLIP splits a prompt into first. */
export interface Word {
  /** The word, cleaned. */
  readonly text: string;
  /** Span [start, end) of the prompt that it came from, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Indices of its tokens, never empty. */
  readonly tokens: readonly number[];
}

/** A prompt as tokens and as words. */
export interface Encoding {
  readonly prompt: string;
  readonly tokens: readonly Token[];
  readonly words: readonly Word[];
}

// CLIP matches without regard to case. In text that is lower case already, that only adds the long s.
const WORD =
  /<\|startoftext\|>|<\|endoftext\|>|'[sſ]|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu;

/**
 * CLIP's byte-pair tokens of a prompt, without start, end or padding (Radford et al. 2021; Sennrich et al. 2016).
 *
 * Every string has an encoding; one of white space alone has no tokens. OpenAI's tokenizer also repairs text scraped
 * from the web (mojibake, HTML entities, curly quotes); this one, like Hugging Face's, takes a prompt as it was typed.
 */
export function encode(vocabulary: Vocabulary, prompt: string): Encoding {
  const clean = cleanText(prompt);
  const tokens: Token[] = [];
  const words: Word[] = [];
  for (const match of clean.text.matchAll(WORD)) {
    const text = match[0];
    const units = unitsOfBytes(text);
    const first = tokens.length;
    for (const piece of encodeWord(vocabulary, text)) {
      tokens.push({
        id: piece.token,
        text: decode(vocabulary, [piece.token]),
        start: clean.starts[match.index + units[piece.start]!]!,
        end: clean.ends[match.index + units[piece.end - 1]!]!,
        word: words.length,
      });
    }
    words.push({
      text,
      start: clean.starts[match.index]!,
      end: clean.ends[match.index + text.length - 1]!,
      tokens: tokens.slice(first).map((_, index) => first + index),
    });
  }
  return { prompt, tokens, words };
}

function encodeWord(vocabulary: Vocabulary, word: string): Piece[] {
  const bytes = new TextEncoder().encode(word);
  if (word === START_TEXT) return [{ token: START_TOKEN, start: 0, end: bytes.length }];
  if (word === END_TEXT) return [{ token: END_TOKEN, start: 0, end: bytes.length }];
  return mergeWord(vocabulary, bytes);
}

/** For each UTF-8 byte of the text, the UTF-16 unit at which its character begins. */
function unitsOfBytes(text: string): number[] {
  const units: number[] = [];
  let unit = 0;
  for (const character of text) {
    const length = new TextEncoder().encode(character).length;
    for (let byte = 0; byte < length; byte++) units.push(unit);
    unit += character.length;
  }
  return units;
}
