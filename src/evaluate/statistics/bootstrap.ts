import { InputError, UsageError } from "../../errors.js";
import { generatorOf, uniformFrom } from "../../random.js";
import type { Metric } from "../interval.js";
import { mean, median, quantile } from "./summary.js";

/** What is measured on samples of any kind, pairs included; null where it is undefined, as an AUROC of one class is. */
export type Statistic<Sample> = (samples: readonly Sample[]) => number | null;

/** How often the samples are drawn again, 1000 unless given, and the seed of the draws. */
export interface BootstrapSettings {
  readonly resamples?: number;
  readonly seed?: number;
}

/**
 * A statistic of independent samples with its 95 % percentile interval (Efron & Tibshirani 1993, 13.3).
 *
 * The interval is the middle 95 % of the statistic over samples drawn again with replacement; draws in which it is
 * undefined are left out. Throws InputError without samples or if the statistic is undefined for all of them together.
 */
export function bootstrap<Sample>(
  samples: readonly Sample[],
  statistic: Statistic<Sample>,
  { resamples = 1000, seed = 0 }: BootstrapSettings = {},
): Metric {
  const n = samples.length;
  if (n === 0) throw new InputError("a statistic needs at least one sample; got none");
  if (!Number.isInteger(resamples) || resamples < 1)
    throw new UsageError(`resamples must be a whole number from 1; got ${resamples}`);
  const value = statistic(samples);
  if (value === null) throw new InputError(`the statistic is undefined for these ${n} samples`);
  const uniform = uniformFrom(generatorOf(seed, n));
  const draw = (): Sample[] => Array.from({ length: n }, () => samples[Math.floor(uniform() * n)]!);
  const drawn = Array.from({ length: resamples }, () => statistic(draw())).filter((found) => found !== null);
  if (drawn.length === 0) return { value, low: value, high: value, n };
  return { value, low: quantile(drawn, 0.025), high: quantile(drawn, 0.975), n };
}

/** Mean with its 95 % interval; throws InputError without samples. */
export const bootstrapMean = (samples: readonly number[], settings?: BootstrapSettings): Metric =>
  bootstrap(samples, mean, settings);

/** Median with its 95 % interval; throws InputError without samples. */
export const bootstrapMedian = (samples: readonly number[], settings?: BootstrapSettings): Metric =>
  bootstrap(samples, median, settings);

/**
 * By how much the mean of one method exceeds that of another on the same samples, in the same order, with its 95 %
 * interval: the pairs are drawn again, so that what is easy or hard for both cancels out.
 *
 * Throws UsageError for samples of different number, InputError without samples.
 */
export function bootstrapDifference(
  ours: readonly number[],
  theirs: readonly number[],
  settings?: BootstrapSettings,
): Metric {
  if (ours.length !== theirs.length)
    throw new UsageError(
      `two methods must be measured on the same samples; got ${ours.length} and ${theirs.length}`,
    );
  return bootstrapMean(
    ours.map((value, i) => value - theirs[i]!),
    settings,
  );
}
