import assert from "node:assert/strict";
import { test } from "node:test";
import { caseSamples, meanFigures, sampleMean } from "../../src/evaluate/case-figures.js";

const found = [
  { index: 5, t: 800, figures: { a: 4, b: null } },
  { index: 2, t: 200, figures: { a: 1 } },
  { index: 5, t: 200, figures: { a: 2, b: 7 } },
  { index: 2, t: 800, figures: { a: 3, c: null } },
];

test("samples are cases in order: means over times first, then each time; what is undefined is left out", () => {
  const samples = caseSamples(found);
  assert.deepEqual(
    [...samples].map(([name, values]) => [name, [...values]]),
    [
      [
        "a",
        [
          [2, 2],
          [5, 3],
        ],
      ],
      [
        "a.t200",
        [
          [2, 1],
          [5, 2],
        ],
      ],
      [
        "a.t800",
        [
          [2, 3],
          [5, 4],
        ],
      ],
      ["b", [[5, 7]]],
      ["b.t200", [[5, 7]]],
    ],
  );
});

test("the order in which figures come does not matter", async () => {
  async function* backwards() {
    yield* found.toReversed();
  }
  const metrics = await meanFigures(backwards());
  assert.deepEqual(metrics.a, sampleMean(caseSamples(found).get("a")!));
  assert.deepEqual([metrics.a!.value, metrics.a!.n, metrics["b.t200"]!.n], [2.5, 2, 1]);
});
