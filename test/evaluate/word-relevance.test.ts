import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixedPrompts, type Prompt } from "../../src/data/prompts.js";
import { wordRelevanceMetrics } from "../../src/evaluate/word-relevance.js";
import type { Explanation } from "../../src/explain/schema.js";
import { assertAllclose } from "../allclose.js";
import { explained } from "../figure/documents.js";

const prompts = fixedPrompts(30);

/** An explanation of the prompt whose words are as relevant as their text and slot say. */
function explanationOf(prompt: Prompt, content: (slot: string, text: string) => number): Explanation {
  const { document } = explained(prompt.caption);
  const words = document.words.map((word) => {
    const { slot, text } = prompt.words.find(({ start }) => start === word.span[0])!;
    return { ...word, relevance: { ...word.relevance, content: content(slot, text) } };
  });
  return { ...document, words };
}

const valuesOf = (explanations: readonly Explanation[]) =>
  Object.fromEntries(
    Object.entries(wordRelevanceMetrics(explanations, prompts)).map(([name, { value }]) => [name, value]),
  );

describe("relevance of kinds of words", () => {
  test("is the median of each kind; the ratio takes the least of object, hat and colour", () => {
    const sizes: Readonly<Record<string, number>> = {
      object: 0.3,
      hat: 0.2,
      objectColour: 0.1,
      hatColour: 0.1,
    };
    const found = valuesOf(prompts.map((prompt) => explanationOf(prompt, (slot) => sizes[slot] ?? 0.02)));
    assertAllclose(
      ["object", "hat", "colour", "function", "contentOverFunction"].map(
        (name) => found[`relevance.${name}`]!,
      ),
      [0.3, 0.2, 0.1, 0.02, 5],
      1e-12,
    );
  });

  test("is not asked of words that are neither content nor one of a, of, on, with", () => {
    const quiet = ["a", "of", "on", "with"];
    const found = valuesOf(
      prompts.map((prompt) =>
        explanationOf(prompt, (slot, text) => (slot === "function" && !quiet.includes(text) ? 1 : 0.01)),
      ),
    );
    assert.equal(found["relevance.function"], 0.01);
  });

  test("is left out where no word has it, and without prompts", () => {
    const bare = prompts.filter(({ attributes }) => attributes.hat === null).slice(0, 5);
    const found = valuesOf(bare.map((prompt) => explanationOf(prompt, () => 0.1)));
    assert.equal(found["relevance.hat"], undefined);
    assert.equal(found["relevance.contentOverFunction"], undefined);
    assert.equal(found["relevance.object"], 0.1);
    assert.deepEqual(wordRelevanceMetrics([], prompts), {});
  });
});
