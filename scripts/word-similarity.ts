/** Prints how alike words are (cosine) under each kind of token vectors. `npx tsx scripts/word-similarity.ts` */
import { loadVocabulary, loadWordTable } from "../src/files/assets.js";
import { encode } from "../src/text/bpe.js";
import { type TokenVectors, tokenVectors } from "../src/text/vectors.js";
import { sumByWord } from "../src/text/words.js";

const WIDTH = 128;
const SEED = 0;
const PAIRS = [
  ["shark", "penguin"],
  ["shark", "cat"],
  ["shark", "dog"],
  ["dog", "cat"],
  ["cupcake", "banana"],
  ["flamingo", "flamingos"],
  ["cap", "crown"],
  ["red", "blue"],
  ["two", "three"],
  ["left", "right"],
  ["penguin", "background"],
] as const;

const vocabulary = loadVocabulary();
const table = loadWordTable();
const meaning: TokenVectors = { kind: "meaning", width: WIDTH, seed: SEED, table };
const random: TokenVectors = { kind: "random", width: WIDTH, seed: SEED };

function vectorOf(source: TokenVectors, word: string): Float32Array {
  const encoding = encode(vocabulary, word);
  return sumByWord(encoding, tokenVectors(source, encoding));
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

const lines = PAIRS.map(([a, b]) => {
  const meanings = [a, b].map((word) => vectorOf(meaning, word).subarray(0, table.width));
  const cells = [
    cosine(vectorOf(meaning, a), vectorOf(meaning, b)),
    cosine(meanings[0]!, meanings[1]!),
    cosine(vectorOf(random, a), vectorOf(random, b)),
  ];
  return `| ${a}, ${b} | ${cells.map((value) => value.toFixed(2)).join(" | ")} |`;
});
const header = ["| words | word and random | word alone | random alone |", "|---|---|---|---|"];
process.stdout.write(`${[...header, ...lines].join("\n")}\n`);
