import { InputError } from "../errors.js";
import type { Features } from "./features.js";
import { type Counts, onceEach } from "./statistics/resampling.js";

/** One way to count the rows of both sets. */
export interface PairOfCounts {
  readonly a: Counts;
  readonly b: Counts;
}

/**
 * The squared maximum mean discrepancy between two sets of features under the kernel (x . y / width + 1)^3, unbiased, so
 * that it is 0 on average for sets of one distribution, and can be negative (Binkowski et al. 2018); one value for each
 * way to count rows. A row is never paired with itself or a copy of itself.
 * Throws InputError if a set has fewer than two rows or the widths differ.
 */
export function kernelDistances(a: Features, b: Features, counts: readonly PairOfCounts[]): number[] {
  if (a.width !== b.width || Math.min(a.count, b.count) < 2) {
    throw new InputError(
      `a kernel distance takes at least 2 pictures a set and features of one width; ` +
        `got ${a.count} of width ${a.width} and ${b.count} of width ${b.width}; use more pictures and one network`,
    );
  }
  const [countsA, countsB] = [counts.map((each) => each.a), counts.map((each) => each.b)];
  const withinA = meansWithin(a, countsA);
  const withinB = meansWithin(b, countsB);
  const across = meansAcross(a, b, countsA, countsB);
  return counts.map((_, r) => withinA[r]! + withinB[r]! - 2 * across[r]!);
}

/** The same with every row counted once. */
export function kernelDistance(a: Features, b: Features): number {
  return kernelDistances(a, b, [{ a: onceEach(a.count), b: onceEach(b.count) }])[0]!;
}

/** Writes the kernel of row `i` of `a` with the first `until` rows of `b`. */
function kernelRow(a: Features, i: number, b: Features, until: number, row: Float64Array): void {
  const { width } = a;
  const x = a.values.subarray(i * width, (i + 1) * width);
  for (let j = 0; j < until; j++) {
    const start = j * width;
    let product = 0;
    for (let k = 0; k < width; k++) product += x[k]! * b.values[start + k]!;
    row[j] = (product / width + 1) ** 3;
  }
}

function dot(a: Float64Array, b: Float64Array, until: number): number {
  let total = 0;
  for (let j = 0; j < until; j++) total += a[j]! * b[j]!;
  return total;
}

const sum = (counts: Counts): number => counts.reduce((total, times) => total + times, 0);

/** Mean kernel over pairs of different rows. */
function meansWithin(set: Features, counts: readonly Counts[]): number[] {
  const row = new Float64Array(set.count);
  const totals = counts.map(() => 0);
  for (let i = 1; i < set.count; i++) {
    kernelRow(set, i, set, i, row);
    for (const [r, own] of counts.entries()) {
      if (own[i] !== 0) totals[r]! += 2 * own[i]! * dot(row, own, i);
    }
  }
  return totals.map((total, r) => total / (sum(counts[r]!) ** 2 - dot(counts[r]!, counts[r]!, set.count)));
}

/** Mean kernel over pairs of a row of each set. */
function meansAcross(
  a: Features,
  b: Features,
  countsA: readonly Counts[],
  countsB: readonly Counts[],
): number[] {
  const row = new Float64Array(b.count);
  const totals = countsA.map(() => 0);
  for (let i = 0; i < a.count; i++) {
    kernelRow(a, i, b, b.count, row);
    for (const [r, own] of countsA.entries()) {
      if (own[i] !== 0) totals[r]! += own[i]! * dot(row, countsB[r]!, b.count);
    }
  }
  return totals.map((total, r) => total / (sum(countsA[r]!) * sum(countsB[r]!)));
}
