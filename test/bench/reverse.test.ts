import assert from "node:assert/strict";
import { test } from "node:test";
import { explanationCost } from "../../bench/reverse.js";
import { tinyDrawing } from "../generate/drawing.js";

test("the account kept in lockstep is the one that backward sweeps through the frozen run give, patch by patch", async () => {
  const { sweeps, words, difference } = await explanationCost(await tinyDrawing("a red cat"), 3);
  assert.deepEqual([sweeps, words], [6 * 2 * 2, 3]); // patches of 8 x 8 in a picture of 16 x 16
  // words supply a hundredth here
  assert.ok(difference < 1e-7, `${difference}`);
});
