import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { UsageError } from "../../src/errors.js";
import { shapleyValues } from "../../src/methods/shapley.js";
import { assertAllclose } from "../allclose.js";

/** Any game of 1 to 5 players whose outcomes are `width` numbers. */
const anyGame = (width: number) =>
  fc
    .integer({ min: 1, max: 5 })
    .chain((players) =>
      fc
        .array(
          fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: width, maxLength: width }),
          { minLength: 2 ** players, maxLength: 2 ** players },
        )
        .map((outcomes) => ({ players, outcomes: outcomes.map((values) => Float32Array.from(values)) })),
    );

test("values add up to what all players gain together", () => {
  fc.assert(
    fc.property(anyGame(3), ({ players, outcomes }) => {
      const values = shapleyValues(players, outcomes);
      for (const i of [0, 1, 2]) {
        const sum = values.reduce((total, value) => total + value[i]!, 0);
        assert.ok(Math.abs(sum - (outcomes.at(-1)![i]! - outcomes[0]![i]!)) < 1e-5);
      }
    }),
  );
});

test("a player whose presence changes nothing gets nothing, and in a sum of players each gets its own", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 6 }), (worth) => {
      const outcomes = Array.from({ length: 2 ** worth.length }, (_, subset) =>
        Float32Array.of(worth.reduce((sum, value, player) => sum + ((subset >> player) & 1) * value, 0)),
      );
      const values = shapleyValues(worth.length, outcomes);
      assertAllclose(
        values.flatMap((value) => Array.from(value)),
        worth,
        1e-6,
      );
    }),
  );
});

test("the glove game: a left glove is worth as much as two right ones together may ask", () => {
  const pairs = [0, 0, 0, 1, 0, 1, 0, 1].map((value) => Float32Array.of(value)); // bit 0 left, bits 1 and 2 right
  assertAllclose(
    shapleyValues(3, pairs).flatMap((value) => Array.from(value)),
    [2 / 3, 1 / 6, 1 / 6],
  );
});

test("outcomes of some sets alone are refused", () => {
  assert.throws(() => shapleyValues(2, [Float32Array.of(0), Float32Array.of(1)]), {
    name: UsageError.name,
    message: /^2 players have 4 sets; got 2 outcomes/,
  });
});
