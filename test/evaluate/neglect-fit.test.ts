import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fitNeglect } from "../../src/evaluate/neglect/fit.js";
import { lowFeatureWeights } from "../../src/evaluate/neglect/logistic.js";
import { contentMetrics, neglectMetrics } from "../../src/evaluate/neglect/metrics.js";
import type { JudgedPicture } from "../../src/evaluate/neglect/words.js";
import { STOP_PARTS } from "../../src/generate/alignment.js";
import { EVIDENCE, type Evidence, type NeglectDetector } from "../../src/model/neglect-calibration.js";
import { generatorOf, uniformFrom } from "../../src/random.js";
import { assertAllclose } from "../allclose.js";
import { everywhere } from "../explain/calibration.js";

type Labels = { readonly drawn: boolean | null; readonly untrained?: boolean };

/** A picture of "a" and words, each with evidence and a label. */
function picture(
  words: readonly (readonly [text: string, evidence: Record<Evidence, number>, labels: Labels])[],
  isCorpus = true,
): JudgedPicture {
  const { deletion: _, ...nothing } = everywhere(0.1);
  return {
    half: "fit",
    isCorpus,
    words: [
      { text: "a", forms: nothing, judged: null },
      ...words.map(([text, evidence, { drawn, untrained = false }]) => {
        const { deletion: __, ...forms } = evidence;
        return { text, forms, judged: { evidence, early: STOP_PARTS.map(() => forms), drawn, untrained } };
      }),
    ],
  };
}

/** 200 pictures of a hat and a cat, one hat in five ignored; `peak` tells which, and `deletion` too, the others are noise. */
function corpus(seed: number): JudgedPicture[] {
  const uniform = uniformFrom(generatorOf(seed));
  const noise = () => {
    const values = everywhere(0);
    return Object.fromEntries(EVIDENCE.map((each) => [each, values[each] + uniform()]));
  };
  return Array.from({ length: 200 }, (_, k) => {
    const drawn = k % 5 !== 0;
    const hat = { ...everywhere(0), ...noise(), peak: drawn ? 1 + uniform() : 0.9 * uniform() };
    const told = { ...hat, deletion: drawn ? 1 + uniform() : 0.1 * uniform() };
    return picture([
      ["hat", told, { drawn }],
      ["cat", { ...everywhere(0), ...noise() }, { drawn: true }],
    ]);
  });
}

describe("weights of percentiles", () => {
  const uniform = uniformFrom(generatorOf(1));
  const samples = Array.from({ length: 300 }, (_, k) => {
    const positive = k % 3 === 0;
    return {
      features: [uniform(), uniform() - (positive ? 1 : 0), uniform() + (positive ? 1 : 0)],
      positive,
    };
  });

  test("go to features that are low for what is looked for, none to those that are high or say nothing", () => {
    const [noise, low, high] = lowFeatureWeights(samples, 3);
    assert.ok(low! > 10 * noise! && low! > 1, String([noise, low, high]));
    assert.equal(high, 0);
  });

  test("are shared by features that say the same, and 0 without examples of both kinds", () => {
    const twice = samples.map(({ features: [, low], positive }) => ({ features: [low!, low!], positive }));
    const [a, b] = lowFeatureWeights(twice, 2);
    assertAllclose([a!], [b!], 1e-9);
    assert.deepEqual(lowFeatureWeights(samples.slice(0, 1), 3), [0, 0, 0]);
  });
});

describe("a fitted detector", () => {
  const fit = fitNeglect(corpus(1));

  test("weighs what tells, with weights that add up to 1", () => {
    const { account, deletion } = fit.detectors;
    for (const { weights } of [account, deletion]) {
      const all = [...Object.values(weights.own), ...Object.values(weights.all)];
      assertAllclose([all.reduce((sum, weight) => sum + weight, 0)], [1], 1e-12);
    }
    const of = ({ weights: { own, all } }: NeglectDetector, each: Evidence) => own[each] + all[each];
    assert.ok(of(account, "peak") > 0.6 && of(account, "deletion") === 0);
    assert.ok(of(deletion, "deletion") > 0.2);
  });

  test("has tables of words that are frequent, and of kinds, without those that were ignored", () => {
    assert.deepEqual([fit.tables.hat!.count, fit.tables["any thing"]!.count], [160, 360]);
    assert.deepEqual(Object.keys(fit.tables), ["any thing", "any word", "cat", "hat"]);
    const few = fitNeglect(corpus(1).slice(0, 19));
    assert.deepEqual(Object.keys(few.tables), ["any thing", "any word"]);
  });

  test("finds ignored words in other pictures, at about the rate of false alarms that it is set to", () => {
    const found = neglectMetrics(fit, corpus(2));
    assert.ok(found["neglect.auroc"]!.value > 0.9);
    assert.ok(found["neglect.deletion.auroc"]!.value >= found["neglect.auroc"]!.value);
    assert.ok(found["neglect.peak.auroc"]!.value > 0.9);
    assert.ok(Math.abs(found["neglect.content.auroc"]!.value - 0.5) < 0.1);
    assert.ok(found["neglect.falseAlarms"]!.value < 0.1);
    assert.ok(found["neglect.recallAt5"]!.value > 0.9);
    assertAllclose([found["neglect.ignored"]!.value], [0.1], 1e-12);
    assert.ok(!("neglect.untrained.auroc" in found));
    for (const { low, value, high, n } of Object.values(found))
      assert.ok(low <= value && value <= high && n === 200);
  });

  test("gives up few pictures that end well: their lowest words lie above the stops", () => {
    assert.deepEqual(
      fit.stops.map(({ part }) => part),
      [...STOP_PARTS],
    );
    for (const { rate } of fit.stops) assert.ok(rate > 0 && rate < 0.2);
  });

  test("weighs all evidence alike where nobody can tell what is drawn", () => {
    const unknown = corpus(3).map((each) => ({
      ...each,
      words: each.words.map((word) => ({ ...word, judged: word.judged && { ...word.judged, drawn: null } })),
    }));
    const { judged, detectors } = fitNeglect(unknown);
    assert.equal(judged, false);
    assert.deepEqual(detectors.deletion.weights, { own: everywhere(1 / 14), all: everywhere(1 / 14) });
    const even = { ...everywhere(1 / 12), deletion: 0 };
    assert.deepEqual(detectors.account.weights, { own: even, all: even });
    assert.deepEqual(neglectMetrics(fitNeglect(unknown), unknown), {});
  });

  test("holds no word against itself: a lone one stands in the middle", () => {
    const lone = fitNeglect([picture([["hat", everywhere(1), { drawn: true }]])]);
    assertAllclose(lone.detectors.account.drawn, [0.5], 1e-9);
  });

  test("takes distributions from the corpus alone", () => {
    const strange = picture([["shark", everywhere(0), { drawn: false, untrained: true }]], false);
    const { tables } = fitNeglect([...corpus(1), strange]);
    assert.deepEqual(tables, fit.tables);
    const found = neglectMetrics(fit, [...corpus(2), strange]);
    assert.equal(found["neglect.untrained.auroc"]!.value, 1);
  });
});

test("content words are told from function words by their mean relevance", () => {
  const metrics = (cat: number) =>
    contentMetrics([
      picture([["cat", everywhere(cat), { drawn: true }]]),
      picture([["cat", everywhere(cat), { drawn: true }]]),
    ]);
  assert.equal(metrics(0.2)["content.auroc"]!.value, 1);
  assert.equal(metrics(0.05)["content.auroc.eq8"]!.value, 0);
});
