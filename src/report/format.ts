import type { Metric } from "../evaluate/interval.js";

/** A value with three significant digits, and no more than three decimals unless it is tiny: `0.931`, `12.4`, `3.1e-7`. */
export function formatValue(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential(1);
  return size < 10 ? value.toFixed(3) : value.toPrecision(3);
}

/** `[0.91, 0.95]`; empty where the interval is the value alone. */
export const formatInterval = ({ low, high }: Metric): string =>
  low === high ? "" : `[${formatValue(low)}, ${formatValue(high)}]`;

/** `0.931 [0.914, 0.946], n = 100`. */
export const formatMetric = (metric: Metric): string =>
  [`${formatValue(metric.value)} ${formatInterval(metric)}`.trimEnd(), `n = ${metric.n}`].join(", ");
