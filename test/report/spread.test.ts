import assert from "node:assert/strict";
import { test } from "node:test";
import { spread } from "../../src/report/spread.js";
import { assertAllclose } from "../allclose.js";

test("what is far enough apart stays, and what is not keeps its middle and its order", () => {
  assert.deepEqual(spread([0, 20, 40], 10), [0, 20, 40]);
  assert.deepEqual(spread([7, 5], 10), [11, 1]);
  assertAllclose(spread([0, 1, 9], 10), [-20 / 3, 10 / 3, 40 / 3], 1e-12);
  assert.deepEqual(spread([], 10), []);
  for (const seed of [1, 2, 3]) {
    const values = Array.from({ length: 9 }, (_, i) => 60 * Math.abs(Math.sin(seed * (i + 1))));
    const moved = spread(values, 8).sort((a, b) => a - b);
    assert.ok(moved.slice(1).every((value, i) => value - moved[i]! >= 8 - 1e-9));
    const sum = (of: readonly number[]) => of.reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum(moved) - sum(values)) < 1e-9);
  }
});
