import type { Metric } from "./interval.js";
import { bootstrapMean } from "./statistics/bootstrap.js";
import { mean } from "./statistics/summary.js";

/** Figures of one case at one time step, by name; null where undefined. */
export interface CaseFigures {
  readonly index: number;
  readonly t: number;
  readonly figures: Readonly<Record<string, number | null>>;
}

/**
 * Means over cases, which are the samples: NAME, averaged over the times within each case first, then NAME.t200 and so on.
 * Independent of the order in which the figures come; one that is undefined for every case is left out.
 */
export async function meanFigures(found: AsyncIterable<CaseFigures>): Promise<Record<string, Metric>> {
  const all: { name: string; index: number; t: number; value: number }[] = [];
  for await (const { index, t, figures } of found) {
    for (const [name, value] of Object.entries(figures)) {
      if (value !== null) all.push({ name, index, t, value });
    }
  }
  all.sort((a, b) => a.index - b.index || a.t - b.t);
  const names = [...new Set(all.map(({ name }) => name))].sort();
  const metrics = names.flatMap((name): [string, Metric][] => {
    const own = all.filter((figure) => figure.name === name);
    const times = [...new Set(own.map(({ t }) => t))].sort((a, b) => a - b);
    const overTimes = [...new Set(own.map(({ index }) => index))].map((index) =>
      mean(own.flatMap((figure) => (figure.index === index ? [figure.value] : []))),
    );
    return [
      [name, bootstrapMean(overTimes)],
      ...times.map((t): [string, Metric] => [
        `${name}.t${t}`,
        bootstrapMean(own.flatMap((figure) => (figure.t === t ? [figure.value] : []))),
      ]),
    ];
  });
  return Object.fromEntries(metrics);
}
