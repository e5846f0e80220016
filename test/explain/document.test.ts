import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { InputError, UsageError } from "../../src/errors.js";
import { isContentWord } from "../../src/explain/content-words.js";
import { buildExplanation, type ExplanationInput } from "../../src/explain/document.js";
import { decodeMaps } from "../../src/explain/map-codec.js";
import { pixelMaps } from "../../src/explain/maps.js";
import { parseExplanation } from "../../src/explain/schema.js";
import { runSources } from "../../src/explain/sources.js";
import { assertAllclose } from "../allclose.js";
import { ledgerOf, plain, scaled } from "./ledgers.js";

const NOTHING = new Float32Array(36);
const RED = plain(1, 0, 0);
const PINK = plain(1, 0.5, 0.6);

/** "a flamingo" in three tokens, a | flamin | gos, on noise. */
const INPUT: ExplanationInput = {
  ledger: ledgerOf(runSources(3, ["unconditional"]), [
    scaled(RED, 0.05),
    scaled(PINK, 0.5),
    scaled(PINK, 0.25),
    scaled(RED, 0.2),
    NOTHING,
    NOTHING,
    NOTHING,
  ]),
  prompt: "a flamingos",
  words: [
    { text: "a", start: 0, end: 1 },
    { text: "flamingos", start: 2, end: 11 },
  ],
  tokens: [
    { text: "a", id: 320, start: 0, end: 1, word: 0 },
    { text: "flamin", id: 40000, start: 2, end: 8, word: 1 },
    { text: "gos", id: 40001, start: 8, end: 11, word: 1 },
  ],
  seed: 42,
  settings: { sampler: "ddim", steps: 25, spacing: "trailing", last: "one", eta: 0, guidance: 1.5 },
  model: { name: "emoji", digest: "sha256:00", prediction: "x0" },
  pellucid: "0.1.0",
  mapForm: "excess",
};

test("an explanation survives JSON and its own schema", () => {
  const document = buildExplanation(INPUT);
  assert.deepEqual(parseExplanation(JSON.parse(JSON.stringify(document))), document);
});

test("a word's figures are those of its tokens' sum", () => {
  const { words, tokens, coverage, ledger, residual, warnings } = buildExplanation(INPUT);
  assert.deepEqual(words[1]?.tokens, [1, 2]);
  assert.deepEqual(words[1]?.span, [2, 11]);
  assert.deepEqual(tokens[2]?.span, [8, 11]);
  assert.ok(Math.abs(words[1]!.relevance.eq8 - 0.75 / 0.8) < 1e-6);
  assert.ok(Math.abs(words[1]!.relevance.positiveMass - 0.75) < 1e-6);
  const parts = tokens.filter((token) => token.word === 1).map((token) => token.relevance.projection!);
  assert.ok(Math.abs(words[1]!.relevance.projection! - parts[0]! - parts[1]!) < 1e-6);
  assert.ok(Math.abs(coverage - 0.8) < 1e-6);
  assert.ok(Math.abs(ledger.noise - 0.2) < 1e-6);
  assert.equal(ledger.guidance, 0);
  assert.equal(ledger.bias, null);
  assert.ok(residual < 1e-6);
  assert.deepEqual(warnings, []);
});

test("the maps are the words' maps on one scale", () => {
  const { maps, settings } = buildExplanation({ ...INPUT, mapForm: "magnitude" });
  const decoded = decodeMaps(maps!, settings.height * settings.width);
  const [a, flamin, gos] = pixelMaps(INPUT.ledger, "magnitude");
  assert.equal(decoded.length, 2);
  assertAllclose(decoded[0]!, a!, 0.05);
  assertAllclose(
    decoded[1]!,
    flamin!.map((value, i) => value + gos![i]!),
    0.01,
  );
  assert.equal(buildExplanation({ ...INPUT, mapForm: undefined }).maps, undefined);
});

test("a content word with next to no content is warned of; function words are not", () => {
  const weak = (text: string) =>
    buildExplanation({
      ...INPUT,
      prompt: `${text} red`,
      words: [
        { text, start: 0, end: text.length },
        { text: "red", start: text.length + 1, end: text.length + 4 },
      ],
      tokens: [
        { text, id: 1, start: 0, end: text.length, word: 0 },
        { text: "red", id: 2, start: text.length + 1, end: text.length + 4, word: 1 },
      ],
      ledger: ledgerOf(runSources(2), [scaled(RED, 0.01), scaled(RED, 0.99), NOTHING, NOTHING, NOTHING]),
    }).warnings;
  assert.deepEqual(weak("the"), []);
  const [warning, ...others] = weak("shark");
  assert.deepEqual(others, []);
  assert.equal(warning?.code, "word-ignored");
  assert.equal(warning?.word, 0);
  assert.match(warning?.message ?? "", /"shark" supplies 1\.00 % of the prompt's content/);
});

test("parts that miss the picture are warned of", () => {
  const { ledger } = INPUT;
  const image = ledger.image.map((value, i) => (i === 3 ? value + 2e-3 : value));
  const { warnings, residual } = buildExplanation({ ...INPUT, ledger: { ...ledger, image } });
  assert.ok(Math.abs(residual - 2e-3) < 1e-6);
  assert.deepEqual(
    warnings.map((warning) => [warning.code, warning.message]),
    [["residual-above-limit", "the parts miss the picture by up to 2.0e-3; the limit is 1e-4"]],
  );
});

test("predicted noise has no normalised reconstruction, and says so", () => {
  const { reconstruction, warnings } = buildExplanation({
    ...INPUT,
    model: { ...INPUT.model, prediction: "eps" },
  });
  assert.equal(reconstruction.normalisedMse, null);
  assert.equal(reconstruction.undefinedReason, "eps-prediction");
  assert.deepEqual(
    warnings.map((warning) => warning.code),
    ["reconstruction-undefined"],
  );
});

test("an empty prompt is explained by the other sources alone", () => {
  const ledger = ledgerOf(runSources(0), [RED, NOTHING, NOTHING]);
  const document = buildExplanation({ ...INPUT, ledger, prompt: "", words: [], tokens: [] });
  assert.equal(document.coverage, 0);
  assert.equal(document.reconstruction.undefinedReason, "no-tokens");
  assert.deepEqual(parseExplanation(document), document);
});

test("tokens outside any word, such as a start token, are kept apart", () => {
  const tokens = INPUT.tokens.map((token, i) =>
    i === 0 ? { text: "<|startoftext|>", id: 49406, word: null } : token,
  );
  const words = [{ text: "flamingos", start: 2, end: 11 }];
  const moved = tokens.map((token) => (token.word === 1 ? { ...token, word: 0 } : token));
  const document = buildExplanation({ ...INPUT, tokens: moved, words });
  assert.equal(document.words.length, 1);
  assert.equal(document.maps?.words.length, 1);
  assert.ok(Math.abs(document.words[0]!.relevance.eq8 - 0.75 / 0.8) < 1e-6);
  assert.equal(document.tokens[0]?.word, null);
  assert.equal(document.tokens[0]?.span, null);
});

test("an unknown key, another version or a value out of range is refused by name", () => {
  const document = buildExplanation(INPUT);
  assert.throws(
    () => parseExplanation({ ...document, extra: 1 }),
    /not an explanation of version 1: .*extra/,
  );
  assert.throws(() => parseExplanation({ ...document, version: 2 }), /version 1: version: /);
  assert.throws(
    () => parseExplanation({ ...document, settings: { ...document.settings, eta: 2 } }),
    /version 1: settings\.eta: /,
  );
  assert.throws(
    () => parseExplanation({ ...document, tokens: [{ ...document.tokens[0], colour: "red" }] }),
    /version 1: tokens\.0: .*colour/,
  );
  for (const value of [null, "text", [], {}]) assert.throws(() => parseExplanation(value), InputError);
});

test("tokens that do not match the rows are refused", () => {
  const fewer = { ...INPUT, tokens: INPUT.tokens.slice(1) };
  assert.throws(() => buildExplanation(fewer), /one row per token; got 3 for 2 tokens/);
  assert.throws(() => buildExplanation({ ...INPUT, words: INPUT.words.slice(1) }), UsageError);
});

test("words that name something have a letter or digit and do not merely connect", () => {
  assert.deepEqual(["penguin", "Zürich", "3", "green", "The", "wearing", ",", "..."].map(isContentWord), [
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("the documentation describes every field", () => {
  const page = readFileSync(new URL("../../docs/explanation-schema.md", import.meta.url), "utf8");
  const keys = new Set<string>(["code", "message"]);
  JSON.stringify(buildExplanation(INPUT), (key, value: unknown) => {
    if (key !== "" && Number.isNaN(Number(key))) keys.add(key);
    return value;
  });
  for (const key of keys) assert.ok(page.includes(`\`${key}\``), `${key} is not documented`);
});
