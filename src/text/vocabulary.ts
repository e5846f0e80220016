import { InputError } from "../errors.js";

/** CLIP's byte-pair vocabulary: 512 byte tokens, 48,894 merges and two specials (Radford et al. 2021). */
export interface Vocabulary {
  /** Spelling of each token in the byte alphabet; one that ends a word ends in `</w>`. */
  readonly spellings: readonly string[];
  /** Token of each byte inside a word; the same byte at a word's end is `BYTES` higher. */
  readonly byteTokens: readonly number[];
  /** Token that a pair of neighbours merges into, by `pairKey`; the lower the token, the earlier the merge. */
  readonly merges: ReadonlyMap<number, number>;
}

export const BYTES = 256;
const MERGES = 48_894;
export const VOCABULARY_SIZE = 2 * BYTES + MERGES + 2;
export const START_TOKEN = VOCABULARY_SIZE - 2;
export const END_TOKEN = VOCABULARY_SIZE - 1;
export const START_TEXT = "<|startoftext|>";
export const END_TEXT = "<|endoftext|>";
export const END_OF_WORD = "</w>";

/** Bytes that are printable in Latin-1 and stand for themselves in the byte alphabet. */
const printable = (byte: number): boolean =>
  (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);

const allBytes = Array.from({ length: BYTES }, (_, byte) => byte);
const otherBytes = allBytes.filter((byte) => !printable(byte));
const bytesByToken = [...allBytes.filter(printable), ...otherBytes];
const letterOfByte = allBytes.map((byte) =>
  String.fromCharCode(printable(byte) ? byte : BYTES + otherBytes.indexOf(byte)),
);
const byteOfLetter = new Map(letterOfByte.map((letter, byte) => [letter, byte]));

/** One number for a pair of tokens. */
export const pairKey = (left: number, right: number): number => left * VOCABULARY_SIZE + right;

/**
 * Builds the vocabulary from CLIP's merges, one pair a line, most frequent first; a `#version` line may come first and
 * further merges may follow, as in the file that OpenAI published.
 *
 * @throws InputError if a merge is missing or joins pieces that no earlier line made.
 */
export function createVocabulary(mergesText: string): Vocabulary {
  const lines = mergesText.split(/\r?\n/);
  const first = lines[0]?.includes("#version") ? 1 : 0;
  const letters = bytesByToken.map((byte) => letterOfByte[byte]!);
  const spellings = [...letters, ...letters.map((letter) => letter + END_OF_WORD)];
  const tokens = new Map(spellings.map((spelling, token) => [spelling, token]));
  const merges = new Map<number, number>();
  for (let merge = 0; merge < MERGES; merge++) {
    const line = lines[first + merge] ?? "";
    const space = line.indexOf(" ");
    const left = tokens.get(line.slice(0, space));
    const right = tokens.get(line.slice(space + 1));
    if (left === undefined || right === undefined) {
      throw new InputError(
        `line ${first + merge + 1} of the merges must join two earlier pieces, of ${MERGES} merges in all; ` +
          `got ${JSON.stringify(line)}; use CLIP's own merges`,
      );
    }
    const spelling = spellings[left]! + spellings[right]!;
    tokens.set(spelling, spellings.length);
    merges.set(pairKey(left, right), spellings.length);
    spellings.push(spelling);
  }
  spellings.push(START_TEXT, END_TEXT);
  return { spellings, byteTokens: allBytes.map((byte) => bytesByToken.indexOf(byte)), merges };
}

/**
 * The text of tokens, with a space after every token that ends a word, but not at the very end.
 *
 * Bytes that are not UTF-8, as when a character's tokens are cut apart, become U+FFFD.
 *
 * @throws InputError if a token is not in the vocabulary.
 */
export function decode(vocabulary: Vocabulary, tokens: Iterable<number>): string {
  const bytes: number[] = [];
  for (const token of tokens) {
    const spelling = vocabulary.spellings[token];
    if (spelling === undefined) {
      throw new InputError(
        `a token must be an integer from 0 to ${vocabulary.spellings.length - 1}; got ${token}`,
      );
    }
    const ends = spelling.endsWith(END_OF_WORD) || token === START_TOKEN || token === END_TOKEN;
    const letters = spelling.endsWith(END_OF_WORD) ? spelling.slice(0, -END_OF_WORD.length) : spelling;
    for (const letter of letters) bytes.push(byteOfLetter.get(letter)!);
    if (ends) bytes.push(0x20);
  }
  // The decoder would otherwise take U+FEFF at the start for a byte-order mark and drop it.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(Uint8Array.from(bytes)).replace(/ $/, "");
}
