import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { encode } from "../../src/text/bpe.js";
import { cleanText } from "../../src/text/clean.js";
import { decode } from "../../src/text/vocabulary.js";
import { referenceTokenizer } from "./reference-tokenizer.js";
import { vocabulary } from "./vocabulary.js";

const idsOf = (prompt: string): number[] => encode(vocabulary, prompt).tokens.map((token) => token.id);
const spansOf = (prompt: string): [string, number, number][] =>
  encode(vocabulary, prompt).tokens.map(({ text, start, end }) => [text, start, end]);

/** Any string that JavaScript allows, lone surrogates included. */
const anyString = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
);

test("ids equal those of OpenAI's published algorithm, run in Python on composed text", () => {
  const lines = readFileSync(new URL("clip-ids.jsonl", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  assert.ok(lines.length > 300);
  for (const line of lines) {
    const [prompt, ids]: [string, number[]] = JSON.parse(line);
    assert.deepEqual(idsOf(prompt), ids, line);
  }
});

test("ids equal Hugging Face's on any string", () => {
  const reference = referenceTokenizer(vocabulary);
  // There, U+FEFF is white space in some steps and a symbol in others, and U+0085 a symbol although Unicode says space.
  const common = anyString.filter((prompt) => !/[\uFEFF\x85]/.test(prompt));
  fc.assert(
    fc.property(common, (prompt) => assert.deepEqual(idsOf(prompt), reference(prompt))),
    { numRuns: 500 },
  );
});

test("the well-known ids of a prompt", () => {
  assert.deepEqual(
    idsOf("a pink flamingo wearing a top hat on a blue background"),
    [320, 3360, 30323, 3309, 320, 1253, 3801, 525, 320, 1746, 5994],
  );
});

test("decoding gives back the cleaned text, but for spaces", () => {
  fc.assert(
    fc.property(anyString, (prompt) => {
      const spaceless = (text: string) => text.replace(/\p{White_Space}/gu, "");
      assert.equal(spaceless(decode(vocabulary, idsOf(prompt))), spaceless(cleanText(prompt).text));
    }),
  );
});

test("decoding gives back the words with one space between two", () => {
  fc.assert(
    fc.property(anyString, (prompt) => {
      const encoding = encode(vocabulary, prompt);
      const ids = encoding.tokens.map((token) => token.id);
      assert.equal(decode(vocabulary, ids), encoding.words.map((word) => word.text).join(" "));
      assert.deepEqual(idsOf(decode(vocabulary, ids)), ids);
    }),
  );
});

test("words own the tokens, in order, each exactly once", () => {
  fc.assert(
    fc.property(anyString, (prompt) => {
      const { tokens, words } = encode(vocabulary, prompt);
      assert.deepEqual(
        words.flatMap((word) => word.tokens),
        tokens.map((_, index) => index),
      );
      words.forEach((word, index) => {
        assert.ok(word.tokens.length > 0);
        assert.ok(word.tokens.every((token) => tokens[token]!.word === index));
        assert.equal(word.start, tokens[word.tokens[0]!]!.start);
        assert.equal(word.end, tokens[word.tokens.at(-1)!]!.end);
      });
    }),
  );
});

test("spans lie in the prompt, are never empty, never go back and leave out white space alone", () => {
  fc.assert(
    fc.property(anyString, (prompt) => {
      const covered = new Set<number>();
      let previous = { start: 0, end: 0 };
      for (const token of encode(vocabulary, prompt).tokens) {
        assert.ok(0 <= token.start && token.start < token.end && token.end <= prompt.length);
        assert.ok(previous.start <= token.start && previous.end <= token.end);
        for (let unit = token.start; unit < token.end; unit++) covered.add(unit);
        previous = token;
      }
      const left = [...prompt.split("").keys()].filter((unit) => !covered.has(unit));
      assert.ok(left.every((unit) => /\p{White_Space}/u.test(prompt[unit]!)));
    }),
  );
});

test("a span that nothing but case changed spells its token", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."aBcXyZ 19'!-,") }), (prompt) => {
      for (const { text, start, end } of encode(vocabulary, prompt).tokens) {
        assert.equal(prompt.slice(start, end).toLowerCase(), text);
      }
    }),
  );
});

test("spans count in the prompt as it was typed, not as it was cleaned", () => {
  assert.deepEqual(spansOf("  Two\t FLAMINGOS"), [
    ["two", 2, 5],
    ["flamin", 7, 13],
    ["gos", 13, 16],
  ]);
  assert.deepEqual(spansOf("e\u0301 x"), [
    ["é", 0, 2],
    ["x", 3, 4],
  ]);
  assert.deepEqual(spansOf("\u1112\u1161\u11ab x").at(-1), ["x", 4, 5]); // three letters, one Korean syllable
  assert.deepEqual(spansOf("İx").at(-1)!.slice(1), [1, 2]); // its lower case is two characters long
});

test("tokens that share a character share its span", () => {
  assert.deepEqual(spansOf("🩰"), [
    ["�", 0, 2],
    ["�", 0, 2],
    ["�", 0, 2],
  ]);
});

test("a lone surrogate is encoded as U+FFFD, a pair as its character", () => {
  assert.deepEqual(idsOf("a\ud83d b"), idsOf("a\ufffd b"));
  assert.deepEqual(idsOf("\udc27\ud83d"), idsOf("\ufffd\ufffd"));
  assert.notDeepEqual(idsOf("\ud83d\udc27"), idsOf("\ufffd\ufffd"));
});

test("canonically equal prompts have equal ids", () => {
  fc.assert(
    fc.property(anyString, (prompt) => assert.deepEqual(idsOf(prompt.normalize("NFD")), idsOf(prompt))),
  );
});

test("only white space has no tokens and no words", () => {
  for (const prompt of ["", " ", "\t\r\n\u00a0\u3000\u2028"]) {
    assert.deepEqual(encode(vocabulary, prompt), { prompt, tokens: [], words: [] });
  }
});

test("a digit is a word, and so is a contraction's ending", () => {
  const words = (prompt: string) => encode(vocabulary, prompt).words.map((word) => word.text);
  assert.deepEqual(words("It's 12, DON'T!"), ["it", "'s", "1", "2", ",", "don", "'t", "!"]);
});

test("CLIP's special tokens can be typed", () => {
  assert.deepEqual(idsOf("<|startoftext|> a <|ENDOFTEXT|>"), [49406, 320, 49407]);
});

test("a word of 20,000 letters is split like any other", () => {
  assert.equal(decode(vocabulary, idsOf("xyzzy".repeat(4000))), "xyzzy".repeat(4000));
});
