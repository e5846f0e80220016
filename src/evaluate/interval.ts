/** A measured mean with its 95 % interval and the number of samples. */
export interface Metric {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** Mean and normal 95 % interval of independent samples; the interval of a single sample is the sample. */
export function meanMetric(samples: readonly number[]): Metric {
  const n = samples.length;
  const value = samples.reduce((total, sample) => total + sample, 0) / n;
  const squares = samples.reduce((total, sample) => total + (sample - value) ** 2, 0);
  const half = n > 1 ? 1.96 * Math.sqrt(squares / (n - 1) / n) : 0;
  return { value, low: value - half, high: value + half, n };
}

/** The largest sample; its interval is itself, for a maximum makes no claim beyond what was run. */
export function largestMetric(samples: readonly number[]): Metric {
  const value = samples.reduce((most, sample) => Math.max(most, sample), Number.NEGATIVE_INFINITY);
  return { value, low: value, high: value, n: samples.length };
}

/** A share of successes with Wilson's 95 % interval, which stays within 0..1 and is honest near its ends. */
export function shareMetric(successes: readonly boolean[]): Metric {
  const n = successes.length;
  const value = successes.filter(Boolean).length / n;
  const z = 1.96;
  const centre = (value + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((value * (1 - value)) / n + z ** 2 / (4 * n ** 2));
  // at the ends the interval ends there too, which rounding would miss
  return { value, low: value === 0 ? 0 : centre - half, high: value === 1 ? 1 : centre + half, n };
}
