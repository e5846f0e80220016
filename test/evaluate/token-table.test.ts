import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pearson } from "../../src/evaluate/statistics/correlation.js";
import { commonTokens, tokenNames, tokenTable, tokenTableMetrics } from "../../src/evaluate/token-table.js";
import type { Explanation } from "../../src/explain/schema.js";
import { END_TEXT, START_TEXT } from "../../src/text/vocabulary.js";
import { assertAllclose } from "../allclose.js";
import { explained } from "../figure/documents.js";

/** A token of an explained prompt: what it spells, and its two measures. */
type Told = readonly [text: string, eq8: number, content: number];

/** An explanation of these tokens; equal texts are equal tokens, marks belong to no word. */
function explanationOf(...told: readonly Told[]): Explanation {
  const { document } = explained("word");
  const [token] = document.tokens;
  const tokens = told.map(([text, eq8, content], index) => ({
    ...token!,
    text,
    id: text.charCodeAt(0),
    word: text.startsWith("<") ? null : index,
    relevance: { ...token!.relevance, eq8, content },
  }));
  return { ...document, tokens };
}

const CORPUS = [
  explanationOf(["a", 0.25, 0.5], ["cat", 0.75, 0.5]),
  explanationOf(["a", 0.1, 0.1], ["red", 0.2, 0.5], ["a", 0.1, 0.1], ["goat", 0.6, 0.3]),
  explanationOf(["a", 0.15, 0.2], ["cat", 0.85, 0.8]),
];

const metricsOf = (corpus: readonly Explanation[]) =>
  tokenTableMetrics(corpus, commonTokens(tokenTable(corpus), 100));

describe("the table of tokens", () => {
  test("counts all occurrences, and averages over prompts that hold the token once", () => {
    const rows = tokenTable(CORPUS);
    assert.deepEqual(
      rows.map(({ text, occurrences, relevance }) => [text, occurrences, relevance?.eq8.n]),
      [
        ["cat", 2, 2],
        ["goat", 1, 1],
        ["a", 4, 2],
        ["red", 1, 1],
      ],
    );
    assertAllclose(
      rows.flatMap(({ relevance }) => [relevance!.eq8.value, relevance!.content.value]),
      [0.8, 0.65, 0.6, 0.3, 0.2, 0.35, 0.2, 0.5],
      1e-12,
    );
    const { low, high } = rows[0]!.relevance!.eq8;
    assertAllclose([low, high], [0.75, 0.85], 1e-12); // of two samples, one is drawn twice often enough
  });

  test("has no relevance for a token that never comes alone, and does not name it common", () => {
    const rows = tokenTable([explanationOf(["b", 0.4, 0.4], ["c", 0.2, 0.2], ["b", 0.4, 0.4])]);
    assert.deepEqual(
      rows.map(({ text, occurrences, relevance }) => [text, occurrences, relevance === null]),
      [
        ["c", 1, false],
        ["b", 2, true],
      ],
    );
    assert.deepEqual(
      commonTokens(rows, 5).map(({ text }) => text),
      ["c"],
    );
  });

  test("names the tokens that most prompts hold, in the table's order", () => {
    const rows = commonTokens(tokenTable(CORPUS), 2);
    assert.deepEqual(
      rows.map(({ text }) => text),
      ["cat", "a"],
    );
  });

  test("tells tokens apart that spell the same", () => {
    const row = { text: "cat", occurrences: 1, relevance: null };
    assert.deepEqual(
      tokenNames([
        { ...row, id: 1 },
        { ...row, id: 2 },
        { ...row, id: 3, text: "a" },
      ]),
      ["cat#1", "cat#2", "a"],
    );
  });

  test("is empty without prompts", () => {
    assert.deepEqual(tokenTable([]), []);
    assert.deepEqual(tokenTableMetrics([], []), {});
  });
});

describe("correlation of relevance with frequency", () => {
  const rising = [
    explanationOf(["x", 0.1, 0.3], ["y", 0.2, 0.2], ["z", 0.3, 0.1]),
    explanationOf(["y", 0.2, 0.2], ["z", 0.3, 0.1]),
    explanationOf(["z", 0.3, 0.1]),
  ];

  test("is 1 where relevance grows with the number of prompts, -1 where it falls", () => {
    const metrics = metricsOf(rising);
    assertAllclose(
      [metrics["correlation.eq8"]!.value, metrics["correlation.content"]!.value],
      [1, -1],
      1e-12,
    );
    assert.equal(metrics["correlation.eq8"]!.n, 3);
  });

  test("counts start and end as tokens of every prompt: at 0 if masked, else with what they supplied", () => {
    assertAllclose(
      [metricsOf(rising)["correlation.eq8.framed"]!.value],
      [pearson([1, 2, 3, 3, 3], [0.1, 0.2, 0.3, 0, 0])!],
      1e-12,
    );
    const marked = rising.map(({ tokens, ...rest }) => ({
      ...rest,
      tokens: [...explanationOf([START_TEXT, 0.02, 0], [END_TEXT, 0.4, 0]).tokens, ...tokens],
    }));
    const metrics = metricsOf(marked);
    assertAllclose(
      [metrics["correlation.eq8.framed"]!.value, metrics["correlation.eq8"]!.value],
      [pearson([1, 2, 3, 3, 3], [0.1, 0.2, 0.3, 0.02, 0.4])!, 1],
      1e-12,
    );
  });

  test("does not exist where all tokens are equally relevant, or equally frequent", () => {
    const even = metricsOf([explanationOf(["x", 0.5, 0.5], ["y", 0.5, 0.5]), explanationOf(["x", 0.5, 0.5])]);
    assert.equal(even["correlation.eq8"], undefined);
    assert.equal(even["relevance.eq8.x"]!.value, 0.5);
    assert.equal(metricsOf([explanationOf(["x", 0.2, 0.2], ["y", 0.8, 0.8])])["correlation.eq8"], undefined);
  });
});
