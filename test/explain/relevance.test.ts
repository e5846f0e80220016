import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  contentOf,
  contentProjections,
  contentShares,
  massParts,
  massShares,
  relevanceScores,
  residual,
  rowAt,
} from "../../src/explain/relevance.js";
import { runSources, sourceName } from "../../src/explain/sources.js";
import { mergeWords } from "../../src/explain/words.js";
import { assertAllclose } from "../allclose.js";
import { anyLedger, ledgerOf, plain, scaled, total } from "./ledgers.js";

const NOTHING = new Float32Array(36);

test("relevance and content shares lie in 0..1 and add up to 1 over the tokens", () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      for (const scores of [relevanceScores(ledger), contentShares(ledger)]) {
        assert.ok(scores.every((score) => score >= 0 && score <= 1));
        assert.ok(scores.every((score) => score === 0) || Math.abs(total(scores) - 1) < 1e-12);
      }
    }),
  );
});

test("projections and mass shares add up to 1 over all sources", () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      const projections = contentProjections(ledger);
      const square = total(contentOf(ledger.image).map((value) => value * value));
      fc.pre(projections !== null && square > 1e-2);
      assert.ok(Math.abs(total(projections ?? []) - 1) < 1e-4);
      const { tokens, noise, time, mu, guidance, bias } = massShares(ledger);
      assert.ok(Math.abs(tokens + noise + time + mu + (guidance ?? 0) + (bias ?? 0) - 1) < 1e-5);
    }),
  );
});

test("positive and negative mass of all sources add up to the picture", () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      const parts = massParts(ledger);
      assert.ok(parts.every(({ positive, negative }) => positive >= 0 && negative <= 0));
      assert.ok(Math.abs(total(parts.map(({ positive, negative }) => positive + negative)) - 1) < 1e-5);
    }),
  );
});

test("known parts have the known scores", () => {
  // Two tokens paint 3/4 and 1/4 of a red picture, the noise adds uniform grey mass.
  const red = plain(1, 0, 0);
  const grey = plain(0.5, 0.5, 0.5);
  const ledger = ledgerOf(runSources(2), [
    scaled(red, 0.375),
    scaled(red, 0.125),
    scaled(grey, 0.5),
    NOTHING,
    NOTHING,
  ]);
  assert.deepEqual(relevanceScores(ledger), [0.75, 0.25]);
  assert.deepEqual(contentShares(ledger), [0.75, 0.25]);
  assert.deepEqual(contentProjections(ledger), [0.75, 0.25, 0, 0, 0]);
  const shares = { tokens: 0.5, noise: 0.5, time: 0, mu: 0, guidance: null, bias: null };
  assert.deepEqual(massShares(ledger), shares);
  assert.deepEqual(massParts(ledger)[0], { positive: 0.375, negative: 0 });
});

test("Eq. 8 does not see a word that only changes colours; the content forms do", () => {
  // +d on r, g, b and -d on their complements: no mass, all colour.
  const grey = plain(0.5, 0.5, 0.5);
  const recolour = plain(1, 0.25, 0.25).map((value, i) => value - grey[i]!);
  const ledger = ledgerOf(runSources(2), [grey, recolour, NOTHING, NOTHING, NOTHING]);
  assert.deepEqual(relevanceScores(ledger), [1, 0]);
  assert.deepEqual(contentShares(ledger), [0, 1]);
  assert.deepEqual(contentProjections(ledger), [0, 1, 0, 0, 0]);
});

test("the residual is the largest miss", () => {
  const ledger = ledgerOf(runSources(1), [plain(1, 0, 0), NOTHING, NOTHING, NOTHING]);
  assert.equal(residual(ledger), 0);
  const image = ledger.image.map((value, i) => (i === 7 ? value - 0.25 : value));
  assert.equal(residual({ ...ledger, image }), 0.25);
});

test("a prompt that supplies nothing has no relevance, and a grey picture no projection", () => {
  const grey = plain(0.5, 0.5, 0.5);
  const ledger = ledgerOf(runSources(2), [NOTHING, NOTHING, grey, NOTHING, NOTHING]);
  assert.deepEqual(relevanceScores(ledger), [0, 0]);
  assert.deepEqual(contentShares(ledger), [0, 0]);
  assert.equal(contentProjections(ledger), null);
  assert.deepEqual(relevanceScores(ledgerOf(runSources(0), [grey, NOTHING, NOTHING])), []);
  assert.throws(() => massShares(ledgerOf(runSources(0), [NOTHING, NOTHING, NOTHING])), /adds up to 0/);
});

test("a word's row is the sum of its tokens' rows, and the other rows stay", () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      const tokens = ledger.sources.filter((source) => source.kind === "token").length;
      fc.pre(tokens >= 3);
      // Tokens 0 and 2 form word 0, token 1 word 1; the others belong to no word.
      const merged = mergeWords(ledger, [{ tokens: [0, 2] }, { tokens: [1] }]);
      assert.equal(merged.sources.length, ledger.sources.length - 1);
      assert.deepEqual(merged.sources.slice(0, 2).map(sourceName), ["word 0", "word 1"]);
      const sum = rowAt(ledger, 0).map((value, i) => value + rowAt(ledger, 2)[i]!);
      assertAllclose(rowAt(merged, 0), sum);
      assert.deepEqual(rowAt(merged, 1), rowAt(ledger, 1));
      for (let row = 3; row < ledger.sources.length; row++) {
        assert.deepEqual(merged.sources[row - 1], ledger.sources[row]);
        assert.deepEqual(rowAt(merged, row - 1), rowAt(ledger, row));
      }
      assert.ok(Math.abs(residual(merged) - residual(ledger)) < 1e-5);
    }),
  );
});
