import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { InputError, UsageError } from "../../src/errors.js";
import { deletionCurve, insertionCurve } from "../../src/evaluate/scores/deletion.js";
import { sensitivityN, subsetsOf } from "../../src/evaluate/scores/sensitivity-n.js";
import { completenessError } from "../../src/methods/completeness.js";
import { assertAllclose } from "../allclose.js";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
/** A picture whose words act independently: masking some takes their own effects away. */
const additive = (own: readonly number[]) => (tokens: readonly number[]) =>
  sum(tokens.map((token) => own[token]!));

const OWN = [0.1, 0.6, 0.3];
const anyEffects = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 7 });

describe("deletion and insertion", () => {
  test("the curves of a true ranking, point by point", async () => {
    const deletion = await deletionCurve(OWN, additive(OWN));
    assertAllclose(deletion.fractions, [0, 1 / 3, 2 / 3, 1], 1e-12);
    assertAllclose(deletion.values, [1, 0.4, 0.1, 0], 1e-12);
    assertAllclose([deletion.area], [(0.5 + 0.4 + 0.1) / 3], 1e-12);
    const insertion = await insertionCurve(OWN, additive(OWN));
    assertAllclose(insertion.values, [0, 0.6, 0.9, 1], 1e-12);
    assertAllclose([insertion.area], [(0.5 + 0.6 + 0.9) / 3], 1e-12);
  });

  test("an inverted ranking is as bad as the true one is good", async () => {
    const inverted = OWN.map((value) => -value);
    assertAllclose([(await deletionCurve(inverted, additive(OWN))).area], [2 / 3], 1e-12);
    assertAllclose([(await insertionCurve(inverted, additive(OWN))).area], [1 / 3], 1e-12);
  });

  test("a ranking that says nothing scores by chance: one straight line", async () => {
    const { fractions, area } = await deletionCurve([1, 1, 1], additive(OWN));
    assert.deepEqual(fractions, [0, 1]);
    assertAllclose([area], [0.5], 1e-12);
  });

  test("tokens that tie go together, whatever their order", async () => {
    const asked: (readonly number[])[] = [];
    const effect = (tokens: readonly number[]) => {
      asked.push(tokens);
      return 0;
    };
    await deletionCurve([1, 2, 1, 3], effect);
    assert.deepEqual(asked, [[3], [1, 3], [0, 1, 2, 3]]);
    await insertionCurve([1, 2, 1, 3], effect);
    assert.deepEqual(asked.slice(3), [
      [0, 1, 2, 3],
      [0, 1, 2],
      [0, 2],
    ]);
  });

  test("no ranking has a smaller deletion area than that of the true effects", async () => {
    await fc.assert(
      fc.asyncProperty(anyEffects, fc.infiniteStream(fc.integer({ min: 0, max: 5 })), async (own, other) => {
        const effect = additive(own.map((value) => value / sum(own)));
        const guess = own.map(() => other.next().value!);
        const best = await deletionCurve(own, effect);
        assert.ok(best.area <= (await deletionCurve(guess, effect)).area + 1e-12);
        assert.ok(
          (await insertionCurve(own, effect)).area >= (await insertionCurve(guess, effect)).area - 1e-12,
        );
      }),
    );
  });

  test("bad input", async () => {
    assert.throws(() => deletionCurve([], () => 0), UsageError);
    assert.throws(() => insertionCurve([1, Number.NaN], () => 0), InputError);
    await assert.rejects(
      deletionCurve([1], () => Number.NaN),
      InputError,
    );
  });
});

describe("sensitivity-n", () => {
  test("is 1 for the true effects, -1 for their inverse, whatever n", async () => {
    const own = [1, 4, 9, 16, 25];
    for (const n of [1, 2, 3, 4]) {
      assertAllclose([(await sensitivityN(own, additive(own), n))!], [1], 1e-12);
      const inverse = own.map((value) => -value);
      assertAllclose([(await sensitivityN(inverse, additive(own), n))!], [-1], 1e-12);
    }
  });

  test("is undefined where all subsets are alike", async () => {
    assert.equal(await sensitivityN([1, 2, 3], additive(OWN), 3), null);
    assert.equal(await sensitivityN([2, 2, 2], additive(OWN), 1), null);
    assert.equal(await sensitivityN(OWN, () => 1, 2), null);
  });

  test("takes every subset of a short prompt, and as many as it may of a long one, the same ones each time", async () => {
    const count = async (tokens: number, n: number) => {
      const asked: string[] = [];
      await sensitivityN([...Array(tokens).keys()], (subset) => asked.push(subset.join()), n, { seed: 3 });
      return asked;
    };
    assert.equal(new Set(await count(8, 4)).size, 70);
    const random = await count(20, 5);
    assert.equal(random.length, 128);
    assert.deepEqual(await count(20, 5), random);
    for (const subset of random) assert.equal(new Set(subset.split(",")).size, 5);
  });

  test("subsets are all of them, once, in order", () => {
    assert.deepEqual(subsetsOf(4, 2), [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
  });

  test("refuses an n that no subset can have", async () => {
    for (const n of [0, 4, 1.5])
      await assert.rejects(
        sensitivityN(OWN, () => 0, n),
        UsageError,
      );
  });
});

describe("completeness", () => {
  test("is exact for parts that add up, and says by how much others miss", () => {
    assert.deepEqual(
      completenessError(
        [
          [1, 2],
          [3, -1],
        ],
        [4, 1],
      ),
      { largest: 0, relative: 0 },
    );
    assert.deepEqual(
      completenessError(
        [
          [1, 2],
          [3, -1],
        ],
        [4, -1],
      ),
      { largest: 2, relative: 2 / 5 },
    );
  });
  test("of a difference of nothing has no relative form", () => {
    assert.deepEqual(completenessError([[0.5], [0]], [0]), { largest: 0.5, relative: null });
    assert.deepEqual(completenessError([], [2]), { largest: 2, relative: 1 });
  });
  test("bad input", () => {
    assert.throws(() => completenessError([[1, 2]], [1]), UsageError);
    assert.throws(() => completenessError([[Number.NaN]], [1]), InputError);
  });
});
