import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HEADS, labelsOf } from "../../src/classifier/labels.js";
import { isDrawn, type Seen } from "../../src/evaluate/neglect/drawn.js";
import { halfOf, type NeglectPrompt, neglectPrompts } from "../../src/evaluate/neglect/prompts.js";
import { wordsOfGrammar } from "./words-of-grammar.js";

const prompts = neglectPrompts(100);

describe("prompts for measuring detectors of ignored words", () => {
  test("are different ones, and a longer list starts with a shorter one", () => {
    assert.equal(new Set(prompts.map(({ caption }) => caption)).size, 100);
    assert.deepEqual(neglectPrompts(23), prompts.slice(0, 23));
  });

  test("have their words where they say", () => {
    for (const { caption, words } of prompts) {
      for (const { text, start, end } of words) assert.equal(caption.slice(start, end), text, caption);
      assert.equal(words.map(({ text }) => text).join(" "), caption);
    }
  });

  test("come from every source in both halves", () => {
    for (const half of ["fit", "report"] as const) {
      const sources = prompts.filter((_, index) => halfOf(index) === half).map(({ source }) => source);
      const count = (wanted: string) => sources.filter((source) => source === wanted).length;
      assert.deepEqual([count("train"), count("heldOut"), count("untrained")], [30, 10, 10]);
    }
  });

  test("hold one word that training never shows if they are such, and else none", () => {
    for (const { source, untrained, words, caption } of prompts) {
      const strange = words.filter(({ text }) => !wordsOfGrammar.has(text));
      assert.deepEqual(strange, source === "untrained" ? [untrained] : [], caption);
    }
    const names = prompts.flatMap(({ untrained }) => (untrained === null ? [] : [untrained.slot]));
    assert.deepEqual([...new Set(names)].sort(), ["hat", "object"]);
  });
});

/** What a perfect classifier sees in a picture that shows a prompt's attributes. */
function seenIn({ attributes }: Pick<NeglectPrompt, "attributes">): Seen {
  const labels = labelsOf(attributes);
  const or0 = (label: number | null) => label ?? 0;
  return {
    object: or0(labels.object),
    objectColour: or0(labels.objectColour),
    count: or0(labels.count),
    hat: or0(labels.hat),
    hatColour: or0(labels.hatColour),
    position: or0(labels.position),
    backdrop: or0(labels.backdrop),
    ground: or0(labels.ground),
  };
}

describe("whether a word is drawn", () => {
  const verdicts = (prompt: NeglectPrompt, seen: Seen) =>
    Object.fromEntries(prompt.words.map((word) => [word.text, isDrawn(word, prompt, seen)]));

  test("is so for every word of a picture that shows all, but for words that cannot be judged", () => {
    for (const prompt of prompts.filter(({ untrained }) => untrained === null)) {
      for (const word of prompt.words) {
        const isJudged = !["function", "size", "style"].includes(word.slot);
        assert.equal(isDrawn(word, prompt, seenIn(prompt)), isJudged ? true : null, prompt.caption);
      }
    }
  });

  const prompt = prompts.find(
    ({ caption }) => caption === neglectPrompts(100).find(({ words }) => isDressed(words))?.caption,
  )!;

  function isDressed(words: NeglectPrompt["words"]): boolean {
    const texts = words.map(({ text }) => text);
    return ["straw", "hat", "background"].every((text) => texts.includes(text));
  }

  test("is told word by word: another hat is a hat, and no hat has no colour", () => {
    const seen = seenIn(prompt);
    const other = verdicts(prompt, { ...seen, hat: HEADS.hat.indexOf("crown") });
    assert.deepEqual([other.straw, other.hat, other.background], [false, true, true]);
    const none = verdicts(prompt, { ...seen, hat: HEADS.hat.indexOf("none") });
    assert.deepEqual([none.straw, none.hat], [false, false]);
    for (const { text, slot } of prompt.words) if (slot === "hatColour") assert.equal(none[text], false);
    const outside = verdicts(prompt, { ...seen, backdrop: HEADS.backdrop.indexOf("grass") });
    assert.equal(outside.background, false);
  });

  test("is never so for a thing that training never shows, nor known for what describes it", () => {
    for (const strange of prompts.filter(({ untrained }) => untrained?.slot === "object")) {
      for (const word of strange.words) {
        const drawn = isDrawn(word, strange, seenIn(strange));
        if (word.slot === "object") assert.equal(drawn, false);
        if (word.slot === "objectColour" || word.slot === "count") assert.equal(drawn, null);
        if (word.slot === "hat" || word.slot === "background") assert.equal(drawn, true);
      }
    }
  });
});
