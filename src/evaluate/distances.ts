import { InputError, throwIfCancelled } from "../errors.js";
import type { FeatureNetwork, FeatureRun, Features, Pictures } from "./features.js";
import { frechetDistance, gaussianOf } from "./frechet.js";
import { type Metric, shareMetric } from "./interval.js";
import { kernelDistances } from "./kernel-distance.js";
import { nearestDistances } from "./nearest-scene.js";
import { bootstrapMedian } from "./statistics/bootstrap.js";
import { bootstrapMetric, type Counts, onceEach, resampled } from "./statistics/resampling.js";

/** Three sets of as many pictures each. */
export interface PictureSets {
  /** The pictures that are judged. */
  readonly pictures: Pictures;
  /** Scenes like those that training shows: what the others are compared with. */
  readonly training: Pictures;
  /** Scenes that training does not show: what real pictures score. */
  readonly fresh: Pictures;
}

export interface DistanceRun extends PictureSets, FeatureRun {
  readonly network: FeatureNetwork;
  /** Inception v3 trained on ImageNet, if there is one: adds `fid` and `kid`. */
  readonly inception?: FeatureNetwork | undefined;
  /** Seed of the resampling; default 0. */
  readonly seed?: number;
  /** How often the sets are resampled for the intervals; default 50. */
  readonly resamples?: number;
}

const RESAMPLES = 50;
/** A Frechet distance between wider features takes minutes, so that its interval is left to be its value. */
const WIDEST_RESAMPLED = 512;
/** Fresh scenes nearer to a training scene than this share of them set the limit for what counts as a copy. */
const COPY_SHARE = 0.01;

/**
 * How far pictures are from real scenes: `frechet` and `kernel` distance to the training scenes with their `.floor`, what
 * fresh scenes score; `nearestSprite.median`, the distance from a picture to the nearest training scene, with
 * `nearestSprite.real`, that of fresh scenes, and `nearestSprite.copies`, the share of the pictures that are nearer than 99
 * in 100 fresh scenes. With Inception also `fid`, `kid` and their floors. `onProgress` counts pictures through networks:
 * three times those judged, six times with Inception.
 * Throws InputError unless the sets have as many pictures each, at least 2; CancelledError.
 */
export async function distanceMetrics(run: DistanceRun): Promise<Record<string, Metric>> {
  const { pictures, training, fresh, network, inception, seed = 0, onProgress } = run;
  if (pictures.length < 2 || training.length !== pictures.length || fresh.length !== pictures.length) {
    throw new InputError(
      `distances take as many pictures as training and fresh scenes, at least 2 of each; ` +
        `got ${pictures.length}, ${training.length} and ${fresh.length}; give as many`,
    );
  }
  const own = await featuresOfSets(network, run);
  const metrics = await setDistances(own, { frechet: "frechet", kernel: "kernel" }, run);
  const nearest = nearestDistances(own.pictures, own.training);
  const real = nearestDistances(own.fresh, own.training);
  const limit = real.toSorted((a, b) => a - b)[Math.floor(COPY_SHARE * real.length)]!;
  Object.assign(metrics, {
    "nearestSprite.median": bootstrapMedian(nearest, { seed }),
    "nearestSprite.real": bootstrapMedian(real, { seed }),
    "nearestSprite.copies": shareMetric(nearest.map((distance) => distance < limit)),
  });
  if (inception === undefined) return metrics;
  const progress = (done: number) => onProgress?.(3 * pictures.length + done);
  const theirs = await featuresOfSets(inception, { ...run, onProgress: progress });
  return { ...metrics, ...(await setDistances(theirs, { frechet: "fid", kernel: "kid" }, run)) };
}

type FeatureSets = Readonly<Record<keyof PictureSets, Features>>;

async function featuresOfSets(network: FeatureNetwork, run: PictureSets & FeatureRun): Promise<FeatureSets> {
  const { pictures, training, fresh, signal, onProgress } = run;
  const of = (set: Pictures, before: number) =>
    network.features(set, { signal, onProgress: (done) => onProgress?.(before * pictures.length + done) });
  return {
    pictures: await of(pictures, 0),
    training: await of(training, 1),
    fresh: await of(fresh, 2),
  };
}

async function setDistances(
  sets: FeatureSets,
  names: { readonly frechet: string; readonly kernel: string },
  { seed = 0, resamples = RESAMPLES, signal }: DistanceRun,
): Promise<Record<string, Metric>> {
  const { count: n, width } = sets.pictures;
  const counts = Array.from({ length: resamples }, (_, number) => ({
    pictures: resampled(n, seed, number, "pictures"),
    training: resampled(n, seed, number, "training"),
    fresh: resampled(n, seed, number, "fresh"),
  }));
  const frechet = async (of: "pictures" | "fresh"): Promise<Metric> => {
    const once = onceEach(n);
    const distance = (own: Counts, reference: Counts) =>
      frechetDistance(gaussianOf(sets[of], own), gaussianOf(sets.training, reference));
    const values: number[] = [];
    for (const each of width > WIDEST_RESAMPLED ? [] : counts) {
      await breath();
      throwIfCancelled(signal);
      values.push(distance(each[of], each.training));
    }
    const { value, low, high } = bootstrapMetric(distance(once, once), values, n);
    return { value, low: Math.max(0, low), high, n };
  };
  const kernel = async (of: "pictures" | "fresh"): Promise<Metric> => {
    await breath();
    throwIfCancelled(signal);
    const pairs = counts.map((each) => ({ a: each[of], b: each.training }));
    const once = { a: onceEach(n), b: onceEach(n) };
    const [value, ...values] = kernelDistances(sets[of], sets.training, [once, ...pairs]);
    return bootstrapMetric(value!, values, n);
  };
  return {
    [names.frechet]: await frechet("pictures"),
    [`${names.frechet}.floor`]: await frechet("fresh"),
    [names.kernel]: await kernel("pictures"),
    [`${names.kernel}.floor`]: await kernel("fresh"),
  };
}

/** Lets whatever waits have its turn, a Ctrl-C above all. */
const breath = () => new Promise<void>((resolve) => setTimeout(resolve));
