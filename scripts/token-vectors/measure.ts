/** A line of the comparison for one model. */
export interface Measure {
  readonly name: string;
  readonly value: string;
}

export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

export const average = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length;

/** The mean with its standard error. */
export function withError(values: readonly number[], format: (value: number) => string): string {
  const mean = average(values);
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1);
  return `${format(mean)} ± ${format(Math.sqrt(variance / values.length))}`;
}
