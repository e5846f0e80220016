import type { Metric } from "./interval.js";
import { bootstrapMean } from "./statistics/bootstrap.js";
import { mean } from "./statistics/summary.js";

/** Figures of one case at one time step, by name; null where undefined. */
export interface CaseFigures {
  readonly index: number;
  readonly t: number;
  readonly figures: Readonly<Record<string, number | null>>;
}

/** A figure's values by case, in the order of the cases. */
export type Samples = ReadonlyMap<number, number>;

/**
 * What was found of each case by name: NAME, averaged over the times within each case, then NAME.t200 and so on.
 * Independent of the order in which the figures come; a name without a defined figure is left out.
 */
export function caseSamples(found: readonly CaseFigures[]): Map<string, Samples> {
  const inOrder = found.toSorted((a, b) => a.index - b.index || a.t - b.t);
  const names = [...new Set(inOrder.flatMap(({ figures }) => Object.keys(figures)))].sort();
  return new Map(names.flatMap((name) => samplesOf(inOrder, name)));
}

function samplesOf(found: readonly CaseFigures[], name: string): [string, Samples][] {
  const byCase = new Map<number, number[]>();
  const byTime = new Map<number, Map<number, number>>();
  for (const { index, t, figures } of found) {
    const value = figures[name];
    if (value === undefined || value === null) continue;
    byCase.set(index, [...(byCase.get(index) ?? []), value]);
    byTime.set(t, (byTime.get(t) ?? new Map<number, number>()).set(index, value));
  }
  if (byCase.size === 0) return [];
  const overTimes = new Map([...byCase].map(([index, values]) => [index, mean(values)]));
  const times = [...byTime].sort(([a], [b]) => a - b);
  return [[name, overTimes], ...times.map(([t, samples]): [string, Samples] => [`${name}.t${t}`, samples])];
}

/** Mean over the cases, which are the samples. Throws InputError without any. */
export const sampleMean = (samples: Samples): Metric => bootstrapMean([...samples.values()]);

/** Means over cases by name, as `caseSamples` has them. */
export async function meanFigures(found: AsyncIterable<CaseFigures>): Promise<Record<string, Metric>> {
  const all: CaseFigures[] = [];
  for await (const figures of found) all.push(figures);
  return Object.fromEntries([...caseSamples(all)].map(([name, samples]) => [name, sampleMean(samples)]));
}
