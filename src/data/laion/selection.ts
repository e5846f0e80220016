import { type Best, keepBest, type Ranked } from "./best.js";
import { captionRule } from "./captions.js";
import type { ObjectWords } from "./objects.js";

/** What is counted of the rows on their way. */
export interface SelectionCounts {
  rows: number;
  /** Rows without a caption, or with an empty one. */
  noCaption: number;
  /** Rows whose caption names an object, but whose similarity is missing or no number. */
  noSimilarity: number;
  /** Rows that name each object. */
  readonly named: number[];
}

/** A selection on its way: the best rows of each object so far. */
export interface Selection<T extends Ranked> {
  readonly objects: readonly ObjectWords[];
  readonly matches: (caption: string) => readonly number[];
  readonly best: readonly Best<T>[];
  readonly counts: SelectionCounts;
}

/** A row of the result and the objects it was selected for. */
export interface Selected<T> {
  readonly row: T;
  readonly objects: readonly string[];
}

/** What came of a selection. */
export interface SelectionReport {
  readonly rows: number;
  readonly noCaption: number;
  readonly noSimilarity: number;
  /** Different rows selected. */
  readonly selected: number;
  readonly objects: readonly ObjectReport[];
  /** For every two objects that share selected rows, how many. */
  readonly overlaps: readonly { readonly objects: readonly [string, string]; readonly rows: number }[];
}

export interface ObjectReport {
  readonly name: string;
  readonly forms: readonly string[];
  /** Rows whose caption names it. */
  readonly named: number;
  readonly selected: number;
  /** The lowest similarity among those selected, or null if there are none. */
  readonly lowestSimilarity: number | null;
}

/** An empty selection of at most `perObject` rows for each object. */
export function newSelection<T extends Ranked>(
  objects: readonly ObjectWords[],
  perObject: number,
): Selection<T> {
  return {
    objects,
    matches: captionRule(objects),
    best: objects.map(() => keepBest<T>(perObject)),
    counts: { rows: 0, noCaption: 0, noSimilarity: 0, named: objects.map(() => 0) },
  };
}

/** The selected rows in the order of the input, each once, and the report. */
export function finishSelection<T extends Ranked>({ objects, best, counts }: Selection<T>) {
  const named = new Map<number, { row: T; objects: string[] }>();
  for (const [i, { name }] of objects.entries()) {
    for (const item of best[i]!.items()) {
      const entry = named.get(item.row);
      if (entry) entry.objects.push(name);
      else named.set(item.row, { row: item, objects: [name] });
    }
  }
  const selected: Selected<T>[] = [...named.values()].sort((a, b) => a.row.row - b.row.row);
  const report: SelectionReport = {
    rows: counts.rows,
    noCaption: counts.noCaption,
    noSimilarity: counts.noSimilarity,
    selected: selected.length,
    objects: objects.map(({ name, forms }, i) => {
      const items = best[i]!.items();
      const lowest = items.reduce(
        (least, { similarity }) => Math.min(least, similarity),
        Number.POSITIVE_INFINITY,
      );
      const lowestSimilarity = items.length > 0 ? lowest : null;
      return { name, forms, named: counts.named[i]!, selected: items.length, lowestSimilarity };
    }),
    overlaps: overlapsOf(selected),
  };
  return { selected, report };
}

function overlapsOf(selected: readonly Selected<unknown>[]): SelectionReport["overlaps"] {
  const pairs = new Map<string, { objects: readonly [string, string]; rows: number }>();
  for (const { objects } of selected) {
    for (const [i, a] of objects.entries()) {
      for (const b of objects.slice(i + 1)) {
        const pair = pairs.get(`${a},${b}`);
        if (pair) pair.rows++;
        else pairs.set(`${a},${b}`, { objects: [a, b], rows: 1 });
      }
    }
  }
  return [...pairs.values()].sort((a, b) => b.rows - a.rows);
}
