import assert from "node:assert/strict";
import { test } from "node:test";
import { loadVocabulary } from "../../src/files/assets.js";
import { encode } from "../../src/text/bpe.js";
import { fittingWords } from "../../src/text/fit.js";

const vocabulary = loadVocabulary();

test("a caption ends with the last whole word that fits", () => {
  const caption = "A cat, an unphotographable cat 1234";
  assert.equal(fittingWords(vocabulary, caption, 75), caption);
  assert.equal(fittingWords(vocabulary, caption, 2), "A cat");
  assert.equal(fittingWords(vocabulary, caption, 3), "A cat,");
  assert.equal(fittingWords(vocabulary, caption, 5), "A cat, an"); // the next word has several tokens
  assert.equal(fittingWords(vocabulary, "unphotographable", 1), "");
  const long = "naïve 猫 🐧 photographs! ".repeat(40);
  for (const maxTokens of [1, 2, 7, 24, 75]) {
    const fitting = fittingWords(vocabulary, long, maxTokens);
    assert.ok(long.startsWith(fitting) && encode(vocabulary, fitting).tokens.length <= maxTokens);
  }
});
