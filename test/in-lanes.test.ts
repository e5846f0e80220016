import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { CancelledError } from "../src/errors.js";
import { inLanes, type Job } from "../src/in-lanes.js";

const never = new AbortController().signal;

describe("jobs in lanes", () => {
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

  test("are made as they are taken", async () => {
    const story: string[] = [];
    async function* jobs(): AsyncGenerator<Job> {
      for (const name of ["a", "b"]) {
        story.push(`make ${name}`);
        yield async () => {
          await setImmediate();
          story.push(`do ${name}`);
        };
      }
    }
    await inLanes(1, jobs(), never);
    assert.deepEqual(story, ["make a", "do a", "make b", "do b"]);
  });

  test("end with the first failure, which ends what is done beside it", async () => {
    const failed = new Error("the disk is full");
    const ends: string[] = [];
    const jobs: Job[] = [
      async (signal) => {
        while (!signal.aborted) await setImmediate();
        ends.push("told");
        throw new CancelledError("cancelled");
      },
      async () => {
        throw failed;
      },
      async () => {
        ends.push("begun");
      },
    ];
    await assert.rejects(inLanes(2, jobs, never), failed);
    assert.deepEqual(ends, ["told"]);
  });

  test("end with the failure of making a job", async () => {
    async function* jobs(): AsyncGenerator<Job> {
      yield async () => {};
      throw new Error("no such entry");
    }
    await assert.rejects(inLanes(2, jobs(), never), /no such entry/);
  });
});
