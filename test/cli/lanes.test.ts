import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { inLanes, openLanes } from "../../src/cli/lanes.js";
import { CancelledError } from "../../src/errors.js";

const never = new AbortController().signal;

describe("lanes", () => {
  test("do every job once, in their order, and no more beside each other than there are lanes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 }),
        async (count, turns) => {
          const begun: number[] = [];
          let beside = 0;
          let most = 0;
          const jobs = turns.map((length, i) => async () => {
            begun.push(i);
            most = Math.max(most, ++beside);
            for (let turn = 0; turn < length; turn++) await setImmediate();
            beside -= 1;
          });
          await inLanes(count, jobs, never);
          assert.deepEqual(begun, [...turns.keys()]);
          assert.ok(most <= count);
          if (turns.length >= count && turns.every((length) => length > 0)) assert.equal(most, count);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("begin nothing more once they are stopped", async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const jobs = [0, 1, 2, 3].map((i) => async () => {
      begun.push(i);
      controller.abort();
    });
    await assert.rejects(inLanes(1, jobs, controller.signal), CancelledError);
    assert.deepEqual(begun, [0]);
  });

  test("are as many as the threads, eight at the most", () => {
    assert.deepEqual(
      [1, 2, 8, 64].map((threads) => openLanes({ threads }).count),
      [1, 2, 8, 8],
    );
    assert.equal(openLanes({ device: "webgpu", threads: 4 }).count, 1);
  });
});
