import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../src/errors.js";
import { encode } from "../../src/text/bpe.js";
import { originalText, sumByWord, tokensInSpan, wordsInSpan } from "../../src/text/words.js";
import { vocabulary } from "./vocabulary.js";

const encoding = encode(vocabulary, "Pink Flamingos here"); // pink | flamin gos | here

test("a word's quantity is the sum over its tokens, for any width", () => {
  assert.equal(encoding.tokens.length, 4);
  assert.deepEqual([...sumByWord(encoding, Float32Array.of(1, 2, 4, 8))], [1, 6, 8]);
  assert.deepEqual([...sumByWord(encoding, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8))], [1, 2, 8, 10, 7, 8]);
});

test("a whole picture per token keeps its total", () => {
  const rows = Float32Array.from({ length: 4 * 6 * 16 }, (_, i) => Math.fround(((i * 37) % 101) - 50));
  const total = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0);
  const sums = sumByWord(encoding, rows);
  assert.equal(sums.length, 3 * 6 * 16);
  assert.equal(total(sums), total(rows));
});

test("a prompt without tokens has no rows", () => {
  assert.equal(sumByWord(encode(vocabulary, ""), new Float32Array(0)).length, 0);
});

test("rows that don't fit the tokens are a UsageError", () => {
  assert.throws(() => sumByWord(encoding, new Float32Array(5)), UsageError);
  assert.throws(() => sumByWord(encode(vocabulary, ""), new Float32Array(1)), UsageError);
});

test("spans find the words and tokens that they touch", () => {
  assert.deepEqual(wordsInSpan(encoding, 5, 14), [1]);
  assert.deepEqual(tokensInSpan(encoding, 5, 14), [1, 2]);
  assert.deepEqual(wordsInSpan(encoding, 4, 5), []); // the space between two words
  assert.deepEqual(wordsInSpan(encoding, 3, 6), [0, 1]);
  assert.deepEqual(wordsInSpan(encoding, 5, 5), []);
});

test("a word's original text keeps its capitals", () => {
  assert.deepEqual(
    encoding.words.map((word) => originalText(encoding, word)),
    ["Pink", "Flamingos", "here"],
  );
});
