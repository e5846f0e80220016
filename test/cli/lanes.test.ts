import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openLanes } from "../../src/cli/lanes.js";

describe("lanes", () => {
  test("are as many as the threads, eight at the most", () => {
    assert.deepEqual(
      [1, 2, 8, 64].map((threads) => openLanes({ threads }).count),
      [1, 2, 8, 8],
    );
    assert.equal(openLanes({ device: "webgpu", threads: 4 }).count, 1);
  });
});
