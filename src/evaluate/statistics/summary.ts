import { InputError, UsageError } from "../../errors.js";

/** Mean; throws InputError without samples. */
export function mean(samples: readonly number[]): number {
  checkSome(samples);
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

/** Median; of an even number, the mean of the middle two. Throws InputError without samples. */
export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** The value below which a part of the samples lies, 0..1, between two samples in proportion; throws InputError without samples, UsageError for a part outside 0..1. */
export function quantile(samples: readonly number[], part: number): number {
  checkSome(samples);
  if (!(part >= 0 && part <= 1)) throw new UsageError(`a quantile's part must be 0 to 1; got ${part}`);
  const sorted = Float64Array.from(samples).sort();
  const place = part * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (place - Math.floor(place)) * (high - low);
}

function checkSome(samples: readonly number[]): void {
  if (samples.length === 0) throw new InputError("a statistic needs at least one sample; got none");
}
