import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wordMeans } from "../../src/evaluate/word-means.js";
import { explained } from "../figure/documents.js";

/** An explanation whose words are as relevant as they are told, in order. */
function explanationOf(prompt: string, content: readonly number[]) {
  const { words } = explained(prompt).document;
  return {
    words: words.map((word, i) => ({ ...word, relevance: { ...word.relevance, content: content[i]! } })),
  };
}

describe("mean relevance of words", () => {
  test("is over the prompts that hold the word, highest first", () => {
    const found = wordMeans([explanationOf("a cat", [0.25, 0.5]), explanationOf("a goat", [0.75, 0.125])]);
    assert.deepEqual(
      found.map(({ text, isContent, relevance: { value, n } }) => [text, isContent, value, n]),
      [
        ["a", false, 0.5, 2],
        ["cat", true, 0.5, 1],
        ["goat", true, 0.125, 1],
      ],
    );
  });

  test("counts a prompt once, however often it holds the word", () => {
    const [first] = wordMeans([explanationOf("a a", [0.5, 0.25])]);
    assert.deepEqual([first!.relevance.value, first!.relevance.n], [0.375, 1]);
  });

  test("is nothing without explanations", () => {
    assert.deepEqual(wordMeans([]), []);
  });
});
