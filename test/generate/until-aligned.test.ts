import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Reading } from "../../src/classifier/readers.js";
import type { RecordedStep } from "../../src/explain/timeline.js";
import { weakestWord } from "../../src/explain/warnings.js";
import { byReaders, byRuleOfThumb, STOP_PARTS } from "../../src/generate/alignment.js";
import { drawUntilAligned, type Try } from "../../src/generate/until-aligned.js";

const words = [{ text: "a" }, { text: "red" }, { text: "cat" }, { text: "on" }];

/** Runs of four steps in which "cat" has these levels, and words decide; what is drawn is counted. */
function runs(levels: Readonly<Record<number, readonly number[]>>) {
  const drawn: number[] = [];
  async function* draw(seed: number): AsyncGenerator<RecordedStep> {
    for (const [k, level] of levels[seed]!.entries()) {
      drawn.push(seed);
      const share = [0, 1 - level / 4, level / 4, 0];
      const empty = new Float32Array();
      const state = { t: 0, x: empty, prediction: empty, rows: empty };
      yield { ...state, step: k + 1, count: 4, history: [{ t: 0, change: share, share }] };
    }
  }
  return { draw, drawn, judge: byRuleOfThumb(words), seeds: Object.keys(levels).map(Number) };
}

/**
 * Runs of five steps that readers judge: how sure they are of what they see from these steps on, the fifth being the finished
 * picture's; below a half they miss the hat.
 */
function readRuns(sure: Readonly<Record<number, Readonly<Record<number, number>>>>) {
  async function* draw(seed: number) {
    for (let step = 1; step <= 5; step++) {
      const shown = Float32Array.of(seed, step);
      yield { step, count: 5, x: step === 5 ? shown : new Float32Array(), prediction: shown };
    }
  }
  const read = async ([seed, step]: Float32Array): Promise<Reading> => {
    const from = Object.keys(sure[seed!]!).map(Number);
    const confidence = sure[seed!]![Math.max(...from.filter((each) => each <= step!))]!;
    return { missing: confidence < 0.5 ? ["hat"] : [], confidence };
  };
  return { draw, judge: byReaders({ read }), seeds: Object.keys(sure).map(Number) };
}

const outcomes = (tries: readonly Try[]) => tries.map(({ outcome, steps }) => [outcome, steps]);

describe("drawing until every word is heeded", () => {
  test("ends at the first seed that heeds them", async () => {
    const run = runs({ 5: [0, 0.2, 0.14, 0.14], 6: [0, 0.2, 0.2, 0.2], 7: [1, 1, 1, 1] });
    const { seed, tries, step } = await drawUntilAligned(run);
    assert.deepEqual([seed, step.step], [6, 4]);
    assert.deepEqual(outcomes(tries), [
      ["ignored", 4],
      ["aligned", 4],
    ]);
    assert.ok(!run.drawn.includes(7));
  });

  test("gives a seed up where a word is lost, but not in the first half", async () => {
    const run = runs({ 1: [0, 0.01, 0, 0], 2: [0.01, 0.2, 0.1, 0.2], 3: [0.5, 0.5, 0.5, 0.5] });
    const told: Try[] = [];
    const { tries } = await drawUntilAligned({ ...run, onTry: (tried) => told.push(tried) });
    assert.deepEqual(outcomes(tries), [
      ["stopped", 2],
      ["stopped", 3],
      ["aligned", 4],
    ]);
    assert.deepEqual(told, tries);
    assert.deepEqual(run.drawn, [1, 1, 2, 2, 2, 3, 3, 3, 3]);
  });

  test("without such a seed the best is drawn to its end", async () => {
    const run = runs({ 1: [0, 0.01, 0.01, 0.01], 2: [0, 0.1, 0.13, 0.13], 3: [0, 0.02, 0, 0] });
    const { seed, step } = await drawUntilAligned(run);
    assert.deepEqual([seed, step.step, step.count], [2, 4, 4]);
    const finished = await drawUntilAligned(runs({ 1: [0, 0, 0, 0], 2: [0.2, 0.2, 0.2, 0.14] }));
    assert.deepEqual([finished.seed, finished.step.step], [2, 4]);
  });
});

describe("drawing until readers recognise what is asked for", () => {
  test("ends at the first seed in which they are sure of everything, and says what they miss in the others", async () => {
    const { seed, step, tries } = await drawUntilAligned(
      readRuns({ 1: { 1: 0.4 }, 2: { 1: 0.79 }, 3: { 1: 0.8 }, 4: { 1: 1 } }),
    );
    assert.deepEqual([seed, step.step], [3, 5]);
    assert.deepEqual(tries, [
      { seed: 1, steps: 5, outcome: "unrecognised", missing: ["hat"], confidence: 0.4 },
      { seed: 2, steps: 5, outcome: "aligned", confidence: 0.79 },
      { seed: 3, steps: 5, outcome: "aligned", confidence: 0.8 },
    ]);
  });

  test("if they are sure of none, one is kept in which they miss nothing", async () => {
    const { seed, tries } = await drawUntilAligned(
      readRuns({ 1: { 1: 0.6 }, 2: { 1: 0.7 }, 3: { 1: 0.05 } }),
    );
    assert.equal(seed, 2);
    assert.deepEqual(outcomes(tries), [
      ["aligned", 5],
      ["aligned", 5],
      ["stopped", 2],
    ]);
  });

  test("gives a seed up after 40, 60 or 80 % of the steps, where they see hardly any sign of something", async () => {
    assert.deepEqual(
      STOP_PARTS.map((part) => 5 * part),
      [2, 3, 4],
    );
    const run = readRuns({ 1: { 1: 0.05, 2: 0.3, 5: 0.9 }, 2: { 1: 0.9, 2: 0.09 }, 3: { 1: 0.9, 4: 0.09 } });
    const tried = async (...seeds: number[]) => outcomes((await drawUntilAligned({ ...run, seeds })).tries);
    assert.deepEqual(await tried(1), [["aligned", 5]]);
    assert.deepEqual(await tried(2, 3, 1), [
      ["stopped", 2],
      ["stopped", 4],
      ["aligned", 5],
    ]);
  });

  test("if they miss something in all, the one is kept in which they are surest", async () => {
    const run = readRuns({ 1: { 1: 0.3 }, 2: { 1: 0.4 }, 3: { 1: 0.3, 5: 0.1 } });
    assert.equal((await drawUntilAligned(run)).seed, 2);
  });

  test("a seed that was given up is drawn to its end if it is the best, and judged by that", async () => {
    const run = readRuns({ 1: { 1: 0.05 }, 2: { 1: 0.09, 5: 0.7 }, 3: { 1: 0.3, 5: 0.01 } });
    const told: Try[] = [];
    const { seed, step, tries } = await drawUntilAligned({ ...run, onTry: (tried) => told.push(tried) });
    assert.deepEqual([seed, step.step], [2, 5]);
    assert.deepEqual(outcomes(tries), [
      ["stopped", 2],
      ["aligned", 5],
      ["unrecognised", 5],
    ]);
    assert.deepEqual(
      told.map(({ seed: each }) => each),
      [1, 2, 3, 2],
    );
  });
});

test("the weakest word is one that names something; a prompt without such words has none", () => {
  assert.deepEqual(weakestWord(words, [0, 0.7, 0.3, 0]), { word: 2, level: 1.2 });
  assert.deepEqual(weakestWord([{ text: "a" }], [1]), { word: null, level: Number.POSITIVE_INFINITY });
});
