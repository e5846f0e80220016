import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { alignmentPrompts } from "../../src/evaluate/alignment/evaluate.js";
import { alignmentMetrics, explainingCost } from "../../src/evaluate/alignment/metrics.js";
import { bestOf, playUntilAligned } from "../../src/evaluate/alignment/play.js";
import type { FullTry } from "../../src/evaluate/alignment/tries.js";
import { neglectPrompts } from "../../src/evaluate/neglect/prompts.js";
import { assertAllclose } from "../allclose.js";
import { tinyConfig } from "../model/tiny.js";

/** A run of four steps that ends at this standing, is lost at this step if at any, and shows what was asked for or not; words decide. */
function seed(standing: number, shows: boolean, lostAt = 0): FullTry {
  const look = { by: "words", word: 0, level: standing, standing, isIgnored: standing < 1 } as const;
  return { count: 4, lost: lostAt === 0 ? null : { step: lostAt, look }, look, shows };
}

/** A run of four steps in which readers miss this at its end. */
function readSeed(standing: number, shows: boolean, missing: readonly string[]): FullTry {
  return { count: 4, lost: null, look: { by: "readers", standing, missing }, shows };
}

describe("trying until aligned, on seeds that are known", () => {
  test("keeps the first aligned one, whichever comes first, and pays for what it drew", async () => {
    // from the first: 2 of 4 steps, then 4; from the second: 4; from the third: 4, 2, 4
    const tries = [seed(0.2, false, 2), seed(2, true), seed(0.5, false)];
    assert.deepEqual(await playUntilAligned(tries), {
      success: 1,
      runs: (6 + 4 + 10) / 4 / 3,
      aligned: 1,
    });
  });

  test("goes on where readers miss something, or are not sure", async () => {
    const tries = [
      readSeed(0.3, false, ["hat"]),
      readSeed(0.9, true, []),
      readSeed(0.4, false, ["hat", "object"]),
    ];
    assert.deepEqual(await playUntilAligned(tries), { success: 1, runs: (2 + 1 + 3) / 3, aligned: 1 });
    const unsure = tries.with(1, readSeed(0.2, true, []));
    assert.deepEqual(await playUntilAligned(unsure), { success: 1, runs: 3, aligned: 1 });
  });

  test("pays for drawing the best to its end if none is aligned", async () => {
    const tries = [seed(0.9, true, 3), seed(0.2, false, 1)];
    assert.deepEqual(await playUntilAligned(tries), { success: 1, runs: (3 + 1 + 4) / 4, aligned: 0 });
  });

  test("the best of n is picked by standing; between whole n it is in proportion", () => {
    const tries = [seed(1, false), seed(3, true), seed(2, false), seed(0, true)];
    // pairs in a row: 1 over 0, 1 over 2, 2 over 3, 0 over 3
    assert.deepEqual(
      [1, 2, 4].map((n) => bestOf(tries, n)),
      [0.5, 0.5, 1],
    );
    assertAllclose([bestOf(tries, 3), bestOf(tries, 2.5)], [0.75, 0.625], 1e-12);
  });

  test("the gain is the part of the failures that is removed, at the cost of the runs", async () => {
    const good = [seed(2, true), seed(2, true)];
    const mixed = [seed(2, true), seed(0, false, 2)];
    const found = await alignmentMetrics([
      { tries: good, explaining: 10 },
      { tries: mixed, explaining: 8 },
    ]);
    const values = Object.fromEntries(
      Object.entries(found).map(([name, { value }]) => [name.slice(13), value]),
    );
    // runs: 1; and (1 + 1.5) / 2
    assertAllclose(
      [values.single!, values.success!, values.gain!, values.any!, values.aligned!],
      [0.75, 1, 1, 1, 1],
      1e-12,
    );
    // every try of words has its account
    assertAllclose([values.cost!, values["cost.explained"]!], [1.125, 1.125], 1e-12);
    // of 1.125 runs at equal cost: 7 / 8 of one, 1 / 8 of two
    assertAllclose([values.bestOfN!, values["gain.bestOfN"]!], [1 - 0.25 * 0.875, 0.125], 1e-12);
    const read = await alignmentMetrics([
      { tries: [readSeed(0.9, true, []), readSeed(0.2, false, ["hat"])], explaining: 8 },
    ]);
    // 1 or 2 plain runs, and the account of what is kept
    assertAllclose([read["untilAligned.cost.explained"]!.value], [1 + 1.5 / 8], 1e-12);
    const sure = await alignmentMetrics([{ tries: good, explaining: 1 }]);
    assert.ok(!("untilAligned.gain" in sure));
  });
});

test("prompts to try are of the half that no detector is fitted on, without strange words", () => {
  const prompts = alignmentPrompts(9);
  assert.equal(prompts.length, 9);
  const fitted = neglectPrompts(100).filter((_, index) => Math.floor(index / 5) % 2 === 0);
  for (const { caption, untrained } of prompts) {
    assert.equal(untrained, null);
    assert.ok(fitted.every((other) => other.caption !== caption));
  }
  assert.deepEqual(alignmentPrompts(4), prompts.slice(0, 4));
});

test("explaining costs a pass for every source and one more, about", () => {
  const cost = explainingCost(tinyConfig(), 5);
  assert.ok(cost > 5 && cost < 12, String(cost));
  assert.ok(explainingCost(tinyConfig(), 0) > 1);
});
