import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { InputError, UsageError } from "../../src/errors.js";
import {
  bootstrap,
  bootstrapDifference,
  bootstrapMean,
  bootstrapMedian,
} from "../../src/evaluate/statistics/bootstrap.js";
import { pearson, ranks, spearman } from "../../src/evaluate/statistics/correlation.js";
import {
  alarmRates,
  auroc,
  averagePrecision,
  operatingPoint,
  type Scored,
} from "../../src/evaluate/statistics/detection.js";
import { median, quantile } from "../../src/evaluate/statistics/summary.js";
import { assertAllclose } from "../allclose.js";
import { uniforms } from "../random.js";

const scored = (positives: readonly number[], negatives: readonly number[]): Scored[] => [
  ...positives.map((score) => ({ score, positive: true })),
  ...negatives.map((score) => ({ score, positive: false })),
];
const someScores = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 8 });
const someSamples = fc.tuple(someScores, someScores).map(([p, n]) => scored(p, n));
const inverted = (samples: readonly Scored[]) =>
  samples.map(({ score, positive }) => ({ score: -score, positive }));

describe("correlation", () => {
  test("ranks share their mean where values tie", () => {
    assert.deepEqual(ranks([30, 10, 20, 10]), [4, 1.5, 3, 1.5]);
  });
  test("known values: perfect, inverted, none, tied", () => {
    assertAllclose([pearson([1, 2, 3], [5, 7, 9])!], [1], 1e-12);
    assertAllclose([pearson([1, 2, 3], [9, 7, 5])!], [-1], 1e-12);
    assertAllclose([pearson([1, 2, 3], [1, 0, 1])!], [0], 1e-12);
    assertAllclose([spearman([1, 2, 3, 4], [1, 10, 100, 1000])!], [1], 1e-12);
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
    assertAllclose([spearman([1, 2, 2, 3], [1, 2, 3, 4])!], [Math.sqrt(4.5 / 5)], 1e-12);
  });
  test("a constant correlates with nothing", () => {
    assert.equal(pearson([1, 2, 3], [0.1, 0.1, 0.1]), null);
    assert.equal(spearman([2, 2], [1, 5]), null);
    assert.equal(pearson([1], [2]), null);
  });
  test("ranks do not change when values are squeezed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }))),
        (pairs) => {
          const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
          assert.equal(
            spearman(
              x.map((value) => Math.exp(value / 4)),
              y,
            ),
            spearman(x, y),
          );
          assert.equal(spearman(x, y), spearman(y, x));
        },
      ),
    );
  });
  test("bad input", () => {
    assert.throws(() => spearman([1, 2], [1]), UsageError);
    assert.throws(() => pearson([1, Number.NaN], [1, 2]), InputError);
  });
});

describe("detection", () => {
  test("perfect, inverted, chance", () => {
    assert.equal(auroc(scored([3, 4], [1, 2])), 1);
    assert.equal(auroc(scored([1, 2], [3, 4])), 0);
    assert.equal(auroc(scored([1, 1], [1, 1, 1])), 0.5);
    assert.equal(averagePrecision(scored([3, 4], [1, 2])), 1);
    assert.equal(averagePrecision(scored([1, 1], [1, 1, 1])), 2 / 5);
    // Inverted: the positives come third and fourth.
    assertAllclose([averagePrecision(scored([1, 2], [3, 4]))!], [(1 / 3 + 2 / 4) / 2], 1e-12);
  });
  test("the AUROC is the part of all pairs in which the positive scores higher, ties half", () => {
    fc.assert(
      fc.property(someScores, someScores, (p, n) => {
        const wins = p.flatMap((a) => n.map((b) => (a > b ? 1 : a === b ? 0.5 : 0) as number));
        assertAllclose([auroc(scored(p, n))!], [wins.reduce((a, b) => a + b) / wins.length], 1e-12);
      }),
    );
  });
  test("turning the scores round turns the AUROC round", () => {
    fc.assert(
      fc.property(someSamples, (samples) => {
        assertAllclose([auroc(inverted(samples))!], [1 - auroc(samples)!], 1e-12);
      }),
    );
  });
  test("the order of the samples does not matter, nor does a squeeze of the scores", () => {
    fc.assert(
      fc.property(someSamples, (samples) => {
        const other = [...samples]
          .reverse()
          .map(({ score, positive }) => ({ score: Math.exp(score), positive }));
        assertAllclose(
          [auroc(other)!, averagePrecision(other)!],
          [auroc(samples)!, averagePrecision(samples)!],
          1e-12,
        );
      }),
    );
  });
  test("are undefined without both kinds", () => {
    assert.equal(auroc(scored([1], [])), null);
    assert.equal(auroc(scored([], [1])), null);
    assert.equal(averagePrecision(scored([], [1])), null);
    assert.throws(() => operatingPoint(scored([], [1]), 0.05), InputError);
  });
  test("a score that is not a number is refused", () => {
    for (const measure of [auroc, averagePrecision]) {
      assert.throws(() => measure(scored([Number.NaN], [1])), InputError);
    }
  });

  test("the operating point is the lowest threshold with so many false alarms", () => {
    const samples = scored([2, 5, 9], [...Array(10).keys()]); // negatives 0..9
    assert.deepEqual(operatingPoint(samples, 0.1), { threshold: 9, falseAlarms: 0.1, hits: 1 / 3 });
    assert.deepEqual(operatingPoint(samples, 0.5), { threshold: 5, falseAlarms: 0.5, hits: 2 / 3 });
    assert.deepEqual(operatingPoint(samples, 0), {
      threshold: Number.POSITIVE_INFINITY,
      falseAlarms: 0,
      hits: 0,
    });
  });
  test("negatives that tie are alarmed together or not at all", () => {
    const samples = scored([1, 3], [1, 1, 1, 2]);
    assert.deepEqual(operatingPoint(samples, 0.5), { threshold: 2, falseAlarms: 0.25, hits: 0.5 });
  });
  test("the rates of a threshold on other samples", () => {
    assert.deepEqual(alarmRates(scored([1, 2], [0, 3]), 2), { threshold: 2, falseAlarms: 0.5, hits: 0.5 });
  });
  test("no operating point has more false alarms than asked for, and none lower has as few", () => {
    fc.assert(
      fc.property(someSamples, fc.double({ min: 0, max: 1, noNaN: true }), (samples, rate) => {
        const { threshold, falseAlarms } = operatingPoint(samples, rate);
        assert.ok(falseAlarms <= rate);
        for (const { score } of samples)
          if (score < threshold) assert.ok(alarmRates(samples, score).falseAlarms > rate);
      }),
    );
  });
});

describe("quantiles", () => {
  test("lie between samples in proportion", () => {
    assert.deepEqual(
      [0, 0.25, 0.5, 0.9, 1].map((part) => quantile([40, 10, 20, 30, 50], part)),
      [10, 20, 30, 46, 50],
    );
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });
  test("bad input", () => {
    assert.throws(() => median([]), InputError);
    assert.throws(() => quantile([1], 1.1), UsageError);
  });
});

describe("bootstrap", () => {
  const uniform = uniforms(5);
  const samples = Array.from({ length: 200 }, uniform);

  test("of samples that are all alike is exact", () => {
    assert.deepEqual(bootstrapMean([2, 2, 2]), { value: 2, low: 2, high: 2, n: 3 });
    assert.deepEqual(bootstrapMedian([7]), { value: 7, low: 7, high: 7, n: 1 });
  });
  test("agrees with the normal interval where that holds", () => {
    // Uniform numbers have a standard deviation of sqrt(1/12).
    const half = 1.96 * Math.sqrt(1 / 12 / 200);
    const { value, low, high, n } = bootstrapMean(samples, { resamples: 4000 });
    assert.equal(n, 200);
    assertAllclose([high - value, value - low], [half, half], 0.12);
  });
  test("covers the true mean about 95 times in 100", () => {
    const covered = Array.from({ length: 200 }, (_, seed) => {
      const { low, high } = bootstrapMean(Array.from({ length: 40 }, uniform), { resamples: 200, seed });
      return low <= 0.5 && 0.5 <= high;
    }).filter(Boolean).length;
    assert.ok(covered >= 178 && covered <= 199, `${covered} of 200`);
  });
  test("depends on the seed alone", () => {
    assert.deepEqual(bootstrapMean(samples), bootstrapMean(samples));
    assert.notDeepEqual(bootstrapMean(samples, { seed: 1 }), bootstrapMean(samples));
  });
  test("a difference on the same samples is as sure as the pairs are, not as the samples", () => {
    const better = samples.map((sample, i) => sample + 0.01 + (i % 2) * 0.002);
    const { value, low, high } = bootstrapDifference(better, samples);
    assertAllclose([value], [0.011], 1e-9);
    assert.ok(low > 0.0105 && high < 0.0115);
  });
  test("of a statistic of pairs", () => {
    const pairs = samples.map((sample, i) => [sample, sample + 0.05 * (i % 3)] as const);
    const rank = bootstrap(pairs, (drawn) =>
      spearman(
        drawn.map(([a]) => a),
        drawn.map(([, b]) => b),
      ),
    );
    assert.ok(rank.low > 0.9 && rank.low < rank.value && rank.value < rank.high && rank.high < 1);
  });
  test("leaves out draws without both kinds", () => {
    const { value, low, high } = bootstrap(scored([2], [1, 3]), auroc);
    assert.deepEqual([value, low, high], [0.5, 0, 1]);
  });
  test("bad input", () => {
    assert.throws(() => bootstrapMean([]), InputError);
    assert.throws(() => bootstrap(scored([1], []), auroc), InputError);
    assert.throws(() => bootstrapMean([1], { resamples: 0 }), UsageError);
    assert.throws(() => bootstrapDifference([1, 2], [1]), UsageError);
  });
});
