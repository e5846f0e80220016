import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancelledError, InputError } from "../../src/errors.js";
import { type DistanceRun, distanceMetrics } from "../../src/evaluate/distances.js";
import { type FeatureNetwork, featureNetwork } from "../../src/evaluate/features.js";
import { frechetDistance, gaussianOf } from "../../src/evaluate/frechet.js";
import { kernelDistance } from "../../src/evaluate/kernel-distance.js";
import { generatorOf, uniformFrom } from "../../src/random.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { assertAllclose } from "../allclose.js";
import { meanColourNetwork } from "./fake-network.js";

const SIDE = 8;

/** Plain pictures [8, 8, 3] of random colours, lighter by `lighter`. */
function pictures(seed: number, count: number, lighter = 0): Uint8Array[] {
  const uniform = uniformFrom(generatorOf(seed));
  return Array.from({ length: count }, () => {
    const colour = [0, 1, 2].map(() => 150 * uniform() + lighter);
    return Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => colour[i % 3]!);
  });
}

const network = (side: number): Promise<FeatureNetwork> =>
  featureNetwork(meanColourNetwork(["N", 3, side, side], ["N", 3]), nodeCompiler(), { side });

async function measured(run: Partial<DistanceRun>) {
  const [own, inception] = await Promise.all([network(SIDE), network(20)]);
  try {
    const sets = { pictures: pictures(1, 60), training: pictures(2, 60), fresh: pictures(3, 60) };
    return await distanceMetrics({ ...sets, network: own, inception, ...run });
  } finally {
    await Promise.all([own.release(), inception.release()]);
  }
}

describe("distances between sets of pictures", () => {
  test("are those of their features, beside what real pictures score", async () => {
    const sets = { pictures: pictures(1, 60, 60), training: pictures(2, 60), fresh: pictures(3, 60) };
    const metrics = await measured(sets);
    const own = await network(SIDE);
    const [drawn, training, fresh] = [
      await own.features(sets.pictures),
      await own.features(sets.training),
      await own.features(sets.fresh),
    ];
    await own.release();
    const [a, b, c] = [gaussianOf(drawn), gaussianOf(training), gaussianOf(fresh)];
    const value = (name: string) => metrics[name]!.value;
    const frechet = [frechetDistance(a, b), frechetDistance(c, b)];
    const kernel = [kernelDistance(drawn, training), kernelDistance(fresh, training)];
    assertAllclose([value("frechet"), value("frechet.floor")], frechet, 1e-9);
    assertAllclose([value("kernel"), value("kernel.floor")], kernel, 1e-9);
    // Enlarging a plain picture keeps its mean colour: the other network finds the same.
    assertAllclose([value("fid"), value("fid.floor")], frechet, 1e-4);
    assertAllclose([value("kid"), value("kid.floor")], kernel, 1e-4);
    for (const name of ["frechet", "kernel", "fid", "kid"]) {
      const [metric, floor] = [metrics[name]!, metrics[`${name}.floor`]!];
      assert.ok(metric.low < metric.value && metric.value < metric.high);
      assert.ok(floor.high < metric.low, `${name} tells the sets apart`);
      assert.equal(metric.n, 60);
    }
  });

  test("of copies: 0 to the nearest scene; of fresh scenes: as real ones", async () => {
    const training = pictures(2, 60);
    const copies = await measured({ training, pictures: training.toReversed() });
    assert.ok(copies.frechet!.value < 1e-9);
    assert.deepEqual(copies["nearestSprite.median"], { value: 0, low: 0, high: 0, n: 60 });
    assert.equal(copies["nearestSprite.copies"]!.value, 1);
    assert.ok(copies["nearestSprite.real"]!.low > 0.01);
    const real = await measured({ pictures: pictures(4, 60) });
    const [median, reference] = [real["nearestSprite.median"]!, real["nearestSprite.real"]!];
    assert.ok(median.low < reference.high && reference.low < median.high);
    assert.ok(real["nearestSprite.copies"]!.value < 0.1);
  });

  test("have the same intervals for the same seed, and none without resampling", async () => {
    const [once, again] = [await measured({ resamples: 5 }), await measured({ resamples: 5 })];
    assert.deepEqual(once, again);
    assert.notDeepEqual(once.frechet, (await measured({ resamples: 5, seed: 1 })).frechet);
    const { value, low, high } = (await measured({ resamples: 0 })).kernel!;
    assert.deepEqual([low, high], [value, value]);
  });

  test("leave FID out where there is no Inception", async () => {
    const names = Object.keys(await measured({ inception: undefined, resamples: 0 }));
    assert.deepEqual(names.toSorted(), [
      "frechet",
      "frechet.floor",
      "kernel",
      "kernel.floor",
      "nearestSprite.copies",
      "nearestSprite.median",
      "nearestSprite.real",
    ]);
  });

  test("count pictures through the networks, and stop when they are told to", async () => {
    const done: number[] = [];
    await measured({ resamples: 0, onProgress: (count) => done.push(count) });
    assert.deepEqual([done.toSorted((a, b) => a - b), done.at(-1)], [done, 360]);
    await assert.rejects(measured({ signal: AbortSignal.abort() }), CancelledError);
  });

  test("take as many pictures of each kind, at least two", async () => {
    await assert.rejects(measured({ fresh: pictures(3, 59) }), InputError);
    const one = pictures(1, 1);
    await assert.rejects(measured({ pictures: one, training: one, fresh: one }), InputError);
  });
});
