import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixedPrompts, type Prompt } from "../../src/data/prompts.js";
import { contentMetrics, wordMeans } from "../../src/evaluate/content-words.js";
import { assertAllclose } from "../allclose.js";
import { explained } from "../figure/documents.js";

const prompts = fixedPrompts(12);

/** An explanation of the prompt whose words are as relevant as their slot and text say. */
function explanationOf(prompt: Prompt, content: (slot: string, text: string) => number) {
  const { document } = explained(prompt.caption);
  const words = document.words.map((word) => {
    const { slot, text } = prompt.words.find(({ start }) => start === word.span[0])!;
    return { ...word, relevance: { ...word.relevance, content: content(slot, text) } };
  });
  return { ...document, words };
}

const separation = (content: (slot: string, text: string) => number) =>
  contentMetrics(
    prompts.map((prompt) => explanationOf(prompt, content)),
    prompts,
  )["content.auroc"]!.value;

describe("content words against function words", () => {
  test("are told apart wholly, not at all, or the wrong way round", () => {
    assert.equal(
      separation((slot) => (slot === "function" ? 0.01 : 0.2)),
      1,
    );
    assert.equal(
      separation(() => 0.125),
      0.5,
    );
    assert.equal(
      separation((slot) => (slot === "function" ? 0.2 : 0.01)),
      0,
    );
  });

  test("count by word and not by occurrence", () => {
    const functions = new Set(
      prompts.flatMap(({ words }) => words.flatMap(({ slot, text }) => (slot === "function" ? [text] : []))),
    );
    // one of the function words, however frequent, is above all content words
    const value = separation((slot, text) => (text === "a" ? 1 : slot === "function" ? 0 : 0.1));
    assertAllclose([value], [1 - 1 / functions.size]);
  });

  test("have the mean of the prompts that hold them, highest first", () => {
    const found = wordMeans(
      prompts.map((prompt, k) => explanationOf(prompt, (_, text) => (text === "a" ? k : 0))),
      prompts,
    );
    const holding = [...prompts.entries()].filter(([, { words }]) => words.some(({ text }) => text === "a"));
    const [first] = found;
    assert.deepEqual([first!.text, first!.isContent, first!.relevance.n], ["a", false, holding.length]);
    assertAllclose([first!.relevance.value], [holding.reduce((sum, [k]) => sum + k, 0) / holding.length]);
  });

  test("are nothing without explanations of known prompts", () => {
    assert.deepEqual(contentMetrics([], prompts), {});
    assert.deepEqual(wordMeans([explanationOf(prompts[0]!, () => 1)], []), []);
  });
});
