import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { wordKind } from "../../src/explain/content-words.js";
import {
  describeKey,
  fromLogOdds,
  looksIgnored,
  partBelow,
  standings,
  tableKeys,
  weighLogOdds,
} from "../../src/explain/neglect.js";
import { relevanceForms } from "../../src/explain/relevance-forms.js";
import { findWarnings } from "../../src/explain/warnings.js";
import { parseNeglectCalibration, RELEVANCE_FORMS } from "../../src/model/neglect-calibration.js";
import { assertAllclose } from "../allclose.js";
import { evenCalibration, everywhere } from "./calibration.js";
import { anyLedger, ledgerOf, plain } from "./ledgers.js";

const level = fc.double({ min: 0, max: 10, noNaN: true });
const levels = fc.array(level, { minLength: 1, maxLength: 20 }).map((all) => all.sort((a, b) => a - b));

describe("the part of a distribution below a value", () => {
  test("is (i + 0.5) / n at its levels, and in proportion between them and down to 0", () => {
    const at = [0, 1, 2, 3, 4, 6, 8, 100].map((value) => partBelow([2, 4, 8, 8], value));
    assertAllclose(at, [0, 1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 3 / 4, 7 / 8], 1e-12);
    assert.equal(partBelow([0, 0], 0), 0.5);
    assert.equal(partBelow([0, 1], 0), 0.25);
  });

  test("grows with the value and lies within 0..1", () => {
    fc.assert(
      fc.property(levels, level, level, (all, a, b) => {
        const [low, high] = [partBelow(all, Math.min(a, b)), partBelow(all, Math.max(a, b))];
        assert.ok(0 <= low && low <= high && high <= 1);
      }),
    );
  });
});

describe("percentiles of several forms", () => {
  test("are one where they agree", () => {
    const weights = { ...everywhere(0), content: 0.5, peak: 0.3, deletion: 0.2 };
    for (const p of [0.001, 0.05, 0.5, 0.9])
      assertAllclose([fromLogOdds(weighLogOdds(everywhere(p), weights))], [p], 1e-12);
  });

  test("meet at even odds where they are as far from it on either side", () => {
    const weights = { ...everywhere(0), content: 0.5, eq8: 0.5 };
    assertAllclose([weighLogOdds({ content: 0.02, eq8: 0.98 }, weights)], [0], 1e-12);
    assert.ok(weighLogOdds({ content: 0.02, eq8: 0.9 }, weights) < 0);
  });
});

describe("relevance in every form", () => {
  const two = ledgerOf(
    [
      { kind: "word", index: 0 },
      { kind: "word", index: 1 },
    ],
    [plain(0.9, 0.9, 0.9), plain(0.9, 0.9, 0.9).map((value) => 3 * value)],
  );

  test("is even for words that supply alike, and 0 for one that supplies nothing", () => {
    const row = plain(0.9, 0.1, 0.5);
    const alike = ledgerOf(two.sources, [row, row]);
    for (const forms of relevanceForms(alike, 2)) {
      assertAllclose(
        [forms.content, forms.eq8, forms.share, forms.excess, forms.peak],
        [1, 1, 1, 0, 0.5],
        1e-6,
      );
    }
    const [, none] = relevanceForms(ledgerOf(two.sources, [row, row.map(() => 0)]), 2);
    assert.deepEqual(none, { content: 0, eq8: 0, share: 0, excess: 0, peak: 0, magnitude: 0 });
  });

  test("is three times as much for three times the part; magnitude is the mean |d|", () => {
    const [less, more] = relevanceForms(two, 2);
    assertAllclose([less!.content, more!.content, more!.peak], [0.5, 1.5, 0.75], 1e-6);
    assertAllclose([less!.magnitude, more!.magnitude], [0.4, 1.2], 1e-6);
  });

  test("adds up to the number of words in content and Eq. 8, and is never negative", () => {
    fc.assert(
      fc.property(anyLedger, (ledger) => {
        const words = ledger.sources.filter(({ kind }) => kind === "token").length;
        const all = relevanceForms(ledger, words);
        const total = (form: "content" | "eq8") => all.reduce((sum, forms) => sum + forms[form], 0);
        // words that are grey everywhere have mass and no content
        const coloured = all.some(({ magnitude }) => magnitude > 0);
        assertAllclose([total("content"), total("eq8")], [coloured ? words : 0, words], 1e-4);
        for (const forms of all) for (const form of RELEVANCE_FORMS) assert.ok(forms[form] >= 0, form);
      }),
      { numRuns: 25 },
    );
  });
});

const texts = (prompt: string) => prompt.split(" ").map((text) => ({ text }));
const given = (value: number) => everywhere(value);

describe("how words stand", () => {
  const { tables } = evenCalibration();

  test("kinds are told by lists; colours and numbers are compared by what they describe first", () => {
    assert.deepEqual(["red", "two", "7", "shark", "hat"].map(wordKind), [
      "colour",
      "number",
      "number",
      "thing",
      "thing",
    ]);
    const words = texts("two red hats");
    assert.deepEqual(tableKeys(words, 1), ["any colour hats", "red", "any colour", "any word"]);
    assert.deepEqual(tableKeys(words, 2), ["hats", "any thing", "any word"]);
    assert.deepEqual(tableKeys(texts("red"), 0), ["red", "any colour", "any word"]);
    assert.deepEqual(["hat", "any colour", "any colour hat"].map(describeKey), [
      '"hat"',
      "colours",
      'colours before "hat"',
    ]);
  });

  test("the most telling table that there is holds; function words stand nowhere", () => {
    const high = { count: 20, levels: everywhere([10, 20]) };
    const calibration = evenCalibration({ tables: { ...tables, hat: high } });
    const { deletion: _, ...forms } = given(0.3);
    const [a, hat, shark] = standings(calibration, texts("a hat shark"), [forms, forms, forms]);
    assert.equal(a, null);
    assert.equal(hat!.among, "hat");
    assert.equal(shark!.among, "any thing");
    assertAllclose([hat!.percentile, shark!.percentile, shark!.rate], [0.25 * 0.03, 0.3, 0.3], 1e-9);
    assert.deepEqual([hat!, shark!].map(looksIgnored), [true, false]);
  });

  test("what words like it get may count, and what all get", () => {
    const high = { count: 20, levels: everywhere([10, 20]) };
    const half = { ...everywhere(0), peak: 0.5 };
    const detector = { ...evenCalibration().detectors.account, weights: { own: half, all: half } };
    const calibration = {
      tables: { ...tables, hat: high },
      detectors: { account: detector, deletion: detector },
    };
    const [hat] = standings(calibration, texts("hat"), [given(0.5)]);
    // low odds among hats, even odds among all words
    assertAllclose([hat!.percentile, hat!.rate], [0.0125, fromLogOdds(Math.log(0.0125 / 0.9875) / 2)], 1e-3);
  });

  test("the effect of deletion counts where it is known of every word", () => {
    const known = { ...given(0.5), deletion: 0.01 };
    const { deletion: _, ...unknown } = known;
    const calibration = evenCalibration();
    const [with0] = standings(calibration, texts("cat hat"), [known, known]);
    const [without0] = standings(calibration, texts("cat hat"), [known, unknown]);
    assertAllclose([with0!.percentile, without0!.percentile], [0.01, 0.5], 1e-9);
  });

  test("nothing is said where no table compares", () => {
    const calibration = evenCalibration({ tables: {} });
    assert.deepEqual(standings(calibration, texts("constructor"), [given(0)]), [null]);
  });
});

describe("warnings by a calibration", () => {
  const relevance = { eq8: 0.5, content: 0.01, projection: null, positiveMass: 0, negativeMass: 0 };
  const picture = {
    words: texts("red hat").map((word) => ({ ...word, relevance })),
    residual: 0,
    reconstruction: { mse: 0, normalisedMse: 0, undefinedReason: null },
  };
  const stands = (rate: number) => [null, { among: "any colour hat", percentile: 0.012, rate }];

  test("name the word, its percentile and the rate of false alarms", () => {
    const [warning, ...more] = findWarnings({ ...picture, neglect: { judged: true, words: stands(0.034) } });
    assert.deepEqual(more, []);
    assert.deepEqual([warning!.code, warning!.word], ["word-ignored", 1]);
    assert.equal(
      warning!.message,
      '"hat" looks ignored: its relevance is below the 2nd percentile for colours before "hat"; 3.4 % of the words that were drawn look like this',
    );
    const [unjudged] = findWarnings({ ...picture, neglect: { judged: false, words: stands(0) } });
    assert.match(unjudged!.message, /less than 0.1 % of all words look like this$/);
  });

  test("replace the rule of thumb, and end at a rate of 5 %", () => {
    assert.deepEqual(findWarnings({ ...picture, neglect: { judged: true, words: stands(0.05) } }), []);
    assert.equal(findWarnings(picture).length, 2);
  });
});

describe("a calibration's file", () => {
  test("is read as it was written", () => {
    const calibration = evenCalibration();
    assert.deepEqual(parseNeglectCalibration(JSON.parse(JSON.stringify(calibration))), calibration);
  });

  test("is refused with the first field that does not fit", () => {
    const table = { count: 1, levels: { ...everywhere([1]), eq8: [2, 1] } };
    for (const [value, message] of [
      [{}, /format/],
      [{ ...evenCalibration(), version: 2 }, /version/],
      [evenCalibration({ tables: { hat: table } }), /tables\.hat\.levels\.eq8: must ascend; make it again/],
      [evenCalibration({ stops: [{ part: 2, rate: 0 }] }), /stops\.0\.part/],
    ] as const) {
      assert.throws(() => parseNeglectCalibration(value), { name: "InputError", message });
    }
  });
});
