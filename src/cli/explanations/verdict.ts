import { type Samples, sampleMean } from "../../evaluate/case-figures.js";
import type { Metric } from "../../evaluate/interval.js";
import { bootstrapDifference } from "../../evaluate/statistics/bootstrap.js";
import { formatMetric, formatValue } from "../../report/format.js";

/** What is compared, as a sentence names it. */
export interface Contender {
  readonly name: string;
  readonly samples: Samples;
}

/** How one stands to another by the same score: `above` and `below` with separated 95 % intervals. */
export type Standing =
  | { readonly kind: "above" | "below" }
  /** The intervals overlap; pair by pair on the same samples, one may still be better. */
  | { readonly kind: "overlap"; readonly difference: Metric | undefined };

/** Compares ours with another's figures; pairs are the samples that both have. */
export function standing(ours: Samples, theirs: Samples): Standing {
  const [a, b] = [sampleMean(ours), sampleMean(theirs)];
  if (a.low > b.high) return { kind: "above" };
  if (a.high < b.low) return { kind: "below" };
  const shared = [...ours.keys()].filter((index) => theirs.has(index));
  if (shared.length === 0) return { kind: "overlap", difference: undefined };
  const values = (of: Samples) => shared.map((index) => of.get(index)!);
  return { kind: "overlap", difference: bootstrapDifference(values(ours), values(theirs)) };
}

/** One place of comparison, such as "one object, t = 200". */
export interface Contest {
  readonly where: string;
  readonly ours: Contender;
  readonly others: readonly Contender[];
}

/** Whether ours is above every other with separated intervals, everywhere. */
export const isAboveEverywhere = (contests: readonly Contest[]): boolean =>
  contests.length > 0 && contests.every(({ ours, others }) => exceptions(ours, others).length === 0);

/** Says where ours is above all others with separated intervals, where it is not, and why. */
export function verdict(contests: readonly Contest[]): string[] {
  const judged = contests.map((contest) => ({ contest, odd: exceptions(contest.ours, contest.others) }));
  const clear = judged.filter(({ odd }) => odd.length === 0).map(({ contest }) => contest.where);
  const name = contests[0]?.ours.name ?? "";
  const first =
    clear.length === contests.length
      ? `Everywhere (${clear.join("; ")}), ${name} is above every other method with separated 95 % intervals.`
      : clear.length === 0
        ? `Nowhere is ${name} above every other method with separated 95 % intervals.`
        : `With separated 95 % intervals, ${name} is above every other method at: ${clear.join("; ")}.`;
  return [first, ...judged.flatMap(({ contest, odd }) => odd.map((other) => excuse(contest, other)))];
}

type Exception = { readonly other: Contender; readonly standing: Standing };

const exceptions = (ours: Contender, others: readonly Contender[]): Exception[] =>
  others
    .map((other) => ({ other, standing: standing(ours.samples, other.samples) }))
    .filter(({ standing: { kind } }) => kind !== "above");

function excuse({ where, ours }: Contest, { other, standing: found }: Exception): string {
  const both = `${formatMetric(sampleMean(ours.samples))}, against ${formatMetric(sampleMean(other.samples))} of ${other.name}`;
  return `Not at ${where}: ${both}. ${reason(found, other.name)}`;
}

function reason(found: Standing, other: string): string {
  if (found.kind !== "overlap") return `Here ${other} is better, with separated intervals.`;
  const { difference } = found;
  if (difference === undefined)
    return "The two have no sample in common, and too few for intervals this wide.";
  const pairs = `on the ${difference.n} samples that both have, the mean difference is ${formatValue(difference.value)} [${formatValue(difference.low)}, ${formatValue(difference.high)}]`;
  if (difference.n < FEW) return `Too few samples to tell: ${pairs}.`;
  if (difference.low > 0)
    return `The intervals overlap for want of samples; pair by pair ours is above: ${pairs}.`;
  if (difference.high < 0) return `Pair by pair ${other} is above: ${pairs}.`;
  return `No difference can be told: ${pairs}.`;
}

/** An interval of fewer samples says little. */
const FEW = 5;
