import { InputError, UsageError } from "../../errors.js";

/**
 * Pearson correlation of paired samples, -1..1; null where either is constant, which correlates with nothing.
 * Throws UsageError for samples of different number, InputError for a value that is not finite.
 */
export function pearson(x: readonly number[], y: readonly number[]): number | null {
  checkPairs(x, y);
  if (isConstant(x) || isConstant(y)) return null;
  const [dx, dy] = [centred(x), centred(y)];
  const norm = Math.sqrt(dot(dx, dx)) * Math.sqrt(dot(dy, dy));
  return norm === 0 ? null : Math.min(1, Math.max(-1, dot(dx, dy) / norm));
}

/** Spearman rank correlation of paired samples, -1..1, tied values sharing their mean rank; null and errors as `pearson`. */
export function spearman(x: readonly number[], y: readonly number[]): number | null {
  checkPairs(x, y);
  return pearson(ranks(x), ranks(y));
}

/** The rank of each value, 1 for the lowest; tied values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const rank = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) rank[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return rank;
}

function checkPairs(x: readonly number[], y: readonly number[]): void {
  if (x.length !== y.length)
    throw new UsageError(`paired samples must be as many on either side; got ${x.length} and ${y.length}`);
  const odd = [...x, ...y].find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw new InputError(`samples must be finite; got ${odd}`);
}

const isConstant = (values: readonly number[]): boolean => values.every((value) => value === values[0]);

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
