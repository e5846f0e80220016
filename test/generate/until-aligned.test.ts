import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RecordedStep } from "../../src/explain/timeline.js";
import { weakestWord } from "../../src/explain/warnings.js";
import { ruleOfThumb } from "../../src/generate/alignment.js";
import { drawUntilAligned, type Try } from "../../src/generate/until-aligned.js";

const words = [{ text: "a" }, { text: "red" }, { text: "cat" }, { text: "on" }];

/** Runs of four steps in which "cat" has these levels, and what readers miss at their ends; what is drawn is counted. */
function runs(
  levels: Readonly<Record<number, readonly number[]>>,
  missed: Readonly<Record<number, readonly string[]>> = {},
) {
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
  const missing = async () => missed[drawn.at(-1)!] ?? [];
  return { draw, drawn, judge: { ...ruleOfThumb(words), missing }, seeds: Object.keys(levels).map(Number) };
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

  test("goes on where readers miss what is asked for, and says what", async () => {
    const heeded = [1, 1, 1, 1];
    const { seed, tries } = await drawUntilAligned(runs({ 1: heeded, 2: heeded }, { 1: ["object", "hat"] }));
    assert.equal(seed, 2);
    assert.deepEqual(outcomes(tries), [
      ["unrecognised", 4],
      ["aligned", 4],
    ]);
    assert.deepEqual(
      tries.map(({ missing }) => missing),
      [["object", "hat"], undefined],
    );
  });

  test("if all miss something, the one that misses least is the best, whatever its words supply", async () => {
    const missed = { 1: ["object", "hat"], 2: ["hat"], 3: ["hat"] };
    const run = runs({ 1: [1, 1, 1, 1.9], 2: [1, 1, 1, 1], 3: [1, 1, 1, 1.5] }, missed);
    assert.equal((await drawUntilAligned(run)).seed, 3);
  });

  test("without such a seed the best is drawn to its end", async () => {
    const run = runs({ 1: [0, 0.01, 0.01, 0.01], 2: [0, 0.1, 0.13, 0.13], 3: [0, 0.02, 0, 0] });
    const { seed, step } = await drawUntilAligned(run);
    assert.deepEqual([seed, step.step, step.count], [2, 4, 4]);
    const finished = await drawUntilAligned(runs({ 1: [0, 0, 0, 0], 2: [0.2, 0.2, 0.2, 0.14] }));
    assert.deepEqual([finished.seed, finished.step.step], [2, 4]);
  });
});

test("the weakest word is one that names something; a prompt without such words has none", () => {
  assert.deepEqual(weakestWord(words, [0, 0.7, 0.3, 0]), { word: 2, level: 1.2 });
  assert.deepEqual(weakestWord([{ text: "a" }], [1]), { word: null, level: Number.POSITIVE_INFINITY });
});
