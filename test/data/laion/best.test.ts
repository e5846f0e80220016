import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { keepBest } from "../../../src/data/laion/best.js";

test("the best of a stream are the first of it when sorted", () => {
  const similarities = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });
  fc.assert(
    fc.property(similarities, fc.integer({ min: 1, max: 20 }), (values, capacity) => {
      const items = values.map((similarity, row) => ({ similarity, row }));
      const best = keepBest<(typeof items)[number]>(capacity);
      for (const item of items) best.offer(item);
      const sorted = items.toSorted((a, b) => b.similarity - a.similarity || a.row - b.row);
      const kept = best.items().toSorted((a, b) => b.similarity - a.similarity || a.row - b.row);
      assert.deepEqual(kept, sorted.slice(0, capacity));
    }),
  );
});
