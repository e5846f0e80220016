import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { InputError } from "../../src/errors.js";
import { encode } from "../../src/text/bpe.js";
import { createVocabulary, decode, pairKey } from "../../src/text/vocabulary.js";
import { vocabulary } from "./vocabulary.js";

const mergesText = [...vocabulary.merges.keys()]
  .map((pair) => {
    const size = vocabulary.spellings.length;
    return `${vocabulary.spellings[Math.floor(pair / size)]} ${vocabulary.spellings[pair % size]}`;
  })
  .join("\n");

test("there are 49,408 different tokens, in CLIP's order", () => {
  assert.equal(vocabulary.spellings.length, 49_408);
  assert.equal(new Set(vocabulary.spellings).size, 49_408);
  const known = {
    0: "!",
    256: "!</w>",
    188: "Ā",
    512: "in",
    49406: "<|startoftext|>",
    49407: "<|endoftext|>",
  };
  for (const [token, spelling] of Object.entries(known)) assert.equal(vocabulary.spellings[+token], spelling);
});

test("every byte has a token, and pairs have different keys", () => {
  assert.deepEqual(
    [...vocabulary.byteTokens].sort((a, b) => a - b),
    [...Array(256).keys()],
  );
  assert.notEqual(pairKey(1, 2), pairKey(2, 1));
  assert.ok(Number.isSafeInteger(pairKey(49_407, 49_407)));
});

test("the merges may follow a version line and be followed by others, as OpenAI published them", () => {
  const published = createVocabulary(`bpe_simple_vocab_16e6.txt#version: 0.2\r\n${mergesText}\nx y\n`);
  assert.deepEqual(published.spellings, vocabulary.spellings);
});

test("merges that are cut off, empty or out of order are an InputError that names the line", () => {
  const expectError = (text: string, message: RegExp) =>
    assert.throws(() => createVocabulary(text), { name: InputError.name, message });
  expectError("", /^line 1 of the merges must join two earlier pieces.*got ""/);
  expectError(mergesText.slice(0, 1000), /^line \d+ of the merges/);
  expectError(mergesText.split("\n").reverse().join("\n"), /^line \d+ of the merges/);
});

test("decoding shows part of a character as U+FFFD and refuses what is no token", () => {
  const [first] = encode(vocabulary, "🩰").tokens;
  assert.equal(decode(vocabulary, [first!.id]), "\ufffd");
  assert.equal(decode(vocabulary, []), "");
  for (const token of [-1, 49_408, 0.5, Number.NaN]) {
    assert.throws(() => decode(vocabulary, [token]), { name: InputError.name, message: /0 to 49407/ });
  }
});

test("decoding undoes nothing but word ends: each token spells its bytes", () => {
  assert.equal(decode(vocabulary, [320, 14952]), "a penguin");
  assert.equal(decode(vocabulary, [49406, 320, 49407]), "<|startoftext|> a <|endoftext|>");
});

test("the shipped merges are those of OpenAI's bpe_simple_vocab_16e6.txt, lines 2 to 48,895", () => {
  const digest = createHash("sha256").update(`${mergesText}\n`).digest("hex");
  assert.equal(digest, "d308b7377a8ceaa9707a21614fe8c831b9196e197b7aeb69833359362907af02");
});
