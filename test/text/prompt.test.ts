import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError, UsageError } from "../../src/errors.js";
import { encode } from "../../src/text/bpe.js";
import { layOutClip, layOutTokens, tokenisePrompt } from "../../src/text/prompt.js";
import { END_TOKEN } from "../../src/text/vocabulary.js";
import { vocabulary } from "./vocabulary.js";

const exclaim = encode(vocabulary, "!!a"); // tokens "!!" and "a"
const empty = encode(vocabulary, "");

test("a prompt that fits is its encoding", () => {
  const prompt = "a penguin wearing a green hat";
  assert.deepEqual(tokenisePrompt(vocabulary, prompt, 6), encode(vocabulary, prompt));
});

test("a longer prompt is an InputError: how many tokens, the limit, and the words cut off as they were typed", () => {
  assert.throws(() => tokenisePrompt(vocabulary, "a cat on a Red background", 4), {
    name: InputError.name,
    message:
      "the prompt must have at most 4 tokens; got 6; " +
      'shorten it, or these words would be cut off: "Red", "background"',
  });
});

test("a word that is cut in two counts as cut off", () => {
  assert.throws(() => tokenisePrompt(vocabulary, "pink flamingos", 2), /got 3; .*cut off: "flamingos"$/);
});

test("a long list of words is shortened", () => {
  assert.throws(() => tokenisePrompt(vocabulary, "cat ".repeat(1000), 10), /("cat", ){5}"cat" and 984 more$/);
  assert.throws(() => tokenisePrompt(vocabulary, "z".repeat(5000), 10), /: "z{24}\.\.\."$/);
});

test("an empty prompt has no tokens, and every limit allows it", () => {
  for (const prompt of ["", " \n"]) assert.deepEqual(tokenisePrompt(vocabulary, prompt, 1).tokens, []);
});

test("a limit that is no positive integer is a UsageError", () => {
  for (const limit of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => tokenisePrompt(vocabulary, "a", limit), UsageError);
  }
});

test("the bare layout holds the tokens and nothing else", () => {
  const ids = exclaim.tokens.map((token) => token.id);
  assert.deepEqual(layOutTokens(exclaim, 4), {
    ids: Int32Array.of(...ids, 0, 0),
    occupied: Float32Array.of(1, 1, 0, 0),
    content: Float32Array.of(1, 1, 0, 0),
    tokens: Int32Array.of(0, 1, -1, -1),
  });
});

test("CLIP's layout has start and end around them", () => {
  const layout = layOutClip(exclaim, 6);
  assert.deepEqual([...layout.ids], [49406, exclaim.tokens[0]!.id, 320, 49407, 0, 0]);
  assert.deepEqual([...layout.occupied], [1, 1, 1, 1, 0, 0]);
  assert.deepEqual([...layout.content], [0, 1, 1, 0, 0, 0]);
  assert.deepEqual([...layout.tokens], [-1, 0, 1, -1, -1, -1]);
  assert.equal(layOutClip(exclaim).ids.length, 77);
  assert.deepEqual([...layOutClip(exclaim, 5, END_TOKEN).ids.slice(3)], [49407, 49407]);
});

test("masks do not depend on ids: a token that equals the padding or the end is still a token", () => {
  const zero = { ...exclaim, tokens: exclaim.tokens.map((token) => ({ ...token, id: 0 })) };
  assert.deepEqual([...layOutTokens(zero, 3).content], [1, 1, 0]);
  const typed = encode(vocabulary, "a <|endoftext|> b");
  assert.deepEqual([...layOutClip(typed, 6).content], [0, 1, 1, 1, 0, 0]);
});

test("an empty prompt masks every position of the bare layout", () => {
  assert.deepEqual([...layOutTokens(empty, 3).occupied], [0, 0, 0]);
  assert.deepEqual([...layOutClip(empty, 3).occupied], [1, 1, 0]);
  assert.deepEqual([...layOutClip(empty, 3).content], [0, 0, 0]);
});

test("too few positions are a UsageError", () => {
  assert.throws(() => layOutTokens(exclaim, 1), { name: UsageError.name, message: /at least 2 .*got 1$/ });
  assert.throws(() => layOutClip(exclaim, 3), { name: UsageError.name, message: /at least 4 .*got 3$/ });
  assert.throws(() => layOutTokens(empty, -1), UsageError);
});
