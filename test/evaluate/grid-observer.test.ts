import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { mosaic } from "../../src/data/mosaic.js";
import { HALF_PROCESS } from "../../src/diffusion/forward.js";
import { assignmentMarginals, observerScore } from "../../src/evaluate/grid-observer.js";
import { mean } from "../../src/evaluate/statistics/summary.js";
import { noisedScene } from "../../src/evaluate/teacher-forced.js";
import { loadSprites } from "../../src/files/sprites.js";
import { assertAllclose } from "../allclose.js";
import { tinyConfig } from "../model/tiny.js";

function* permutations(n: number, first: readonly number[] = []): Generator<readonly number[]> {
  if (first.length === n) yield first;
  for (let i = 0; i < n; i++) if (!first.includes(i)) yield* permutations(n, [...first, i]);
}

describe("marginals of assignments", () => {
  test("are those of all permutations, weighed by their likelihood", () => {
    const matrices = fc.integer({ min: 1, max: 5 }).chain((n) =>
      fc.array(fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: n, maxLength: n }), {
        minLength: n,
        maxLength: n,
      }),
    );
    fc.assert(
      fc.property(matrices, (logs) => {
        const n = logs.length;
        const all = [...permutations(n)].map((things) => ({
          things,
          weight: Math.exp(things.reduce((sum, thing, cell) => sum + logs[cell]![thing]!, 0)),
        }));
        const total = all.reduce((sum, { weight }) => sum + weight, 0);
        const expected = Array.from({ length: n * n }, (_, i) => {
          const [thing, cell] = [Math.floor(i / n), i % n];
          return all.reduce(
            (sum, { things, weight }) => sum + (things[cell] === thing ? weight / total : 0),
            0,
          );
        });
        assertAllclose(assignmentMarginals(logs).flat(), expected, 1e-9);
      }),
    );
  });

  test("stay exact where likelihoods are far beyond what exp can hold", () => {
    assertAllclose(
      assignmentMarginals([
        [0, -5000],
        [-9000, 0],
      ]).flat(),
      [1, 0, 0, 1],
      1e-12,
    );
  });
});

describe("an observer who knows every drawing", () => {
  const sprites = loadSprites();
  const config = tinyConfig({ imageSize: 64 });
  const scoreAt = (side: 2 | 3, alphaBar: number) =>
    mean(
      [0, 1, 2].map((index) => {
        const scene = mosaic(sprites, side, { seed: 7, index });
        const x = noisedScene({ scene, caption: scene.caption, seed: index }, config, alphaBar);
        return observerScore(scene, x, alphaBar, HALF_PROCESS);
      }),
    );

  test("finds every thing under little noise, and none where nothing is left", () => {
    for (const side of [2, 3] as const) {
      assertAllclose([scoreAt(side, 0.5)], [1], 1e-9);
      assertAllclose([scoreAt(side, 0)], [1 / side ** 2], 1e-9);
    }
  });

  test("does not know at t = 950 of the bundled model's schedule what is where", () => {
    const [four, nine] = [scoreAt(2, 0.0006), scoreAt(3, 0.0006)];
    assert.ok(four > 1 / 4 && four < 0.75, String(four));
    assert.ok(nine > 1 / 9 && nine < 0.5, String(nine));
  });
});
