import { generatorOf, uniformFrom, wordOf } from "../../random.js";
import type { Metric } from "../interval.js";

/** How often each item of a sample counts. */
export type Counts = Float64Array;

/** Every item once. */
export const onceEach = (n: number): Counts => new Float64Array(n).fill(1);

/**
 * Draws n of n items with replacement, two different ones at least: how often each was drawn. The same for the same seed,
 * number and stream; n must be 2 or more.
 */
export function resampled(n: number, seed: number, number: number, stream: string): Counts {
  const uniform = uniformFrom(generatorOf(seed, number, wordOf(stream)));
  const counts = new Float64Array(n);
  do {
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[Math.floor(uniform() * n)]! += 1;
  } while (counts.includes(n)); // pairs of different items are what a kernel distance is made of
  return counts;
}

/**
 * A statistic with its 95 % interval, 1.96 standard deviations of its values on resampled data to either side.
 *
 * The deviation and not the percentiles: data resampled with replacement hold copies, which moves statistics that are
 * biased in the number of samples. Without resampled values the interval is the value.
 */
export function bootstrapMetric(value: number, values: readonly number[], n: number): Metric {
  const mean = values.reduce((total, each) => total + each, 0) / values.length;
  const squares = values.reduce((total, each) => total + (each - mean) ** 2, 0);
  const half = values.length > 1 ? 1.96 * Math.sqrt(squares / (values.length - 1)) : 0;
  return { value, low: value - half, high: value + half, n };
}
