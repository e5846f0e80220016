import { InputError, UsageError } from "../../errors.js";
import { ranks } from "./correlation.js";

/** One thing to be judged: how suspicious it looks, and whether it is what is looked for. */
export interface Scored {
  readonly score: number;
  readonly positive: boolean;
}

/** At which score to raise the alarm, and how often that is right and wrong. */
export interface OperatingPoint {
  /** Alarm at this score and above; Infinity raises none. */
  readonly threshold: number;
  /** Part of the negatives that raise the alarm, 0..1. */
  readonly falseAlarms: number;
  /** Part of the positives that raise it, 0..1. */
  readonly hits: number;
}

/**
 * Area under the ROC curve: how often a positive scores higher than a negative, ties counting half, 0..1 (Hanley & McNeil
 * 1982). 0.5 is chance. Null unless there are both; throws InputError for a score that is not a number.
 */
export function auroc(samples: readonly Scored[]): number | null {
  checkScores(samples);
  const positives = samples.filter(({ positive }) => positive).length;
  const negatives = samples.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const rank = ranks(samples.map(({ score }) => score));
  const sum = samples.reduce((total, { positive }, i) => total + (positive ? rank[i]! : 0), 0);
  return (sum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * Average precision: precision at each distinct score, weighted by the recall gained there, 0..1; nothing is interpolated.
 *
 * Equal scores are one step, so that their order does not matter. Chance is the part of the samples that is positive. Null
 * unless there is a positive; throws InputError for a score that is not a number.
 */
export function averagePrecision(samples: readonly Scored[]): number | null {
  const positives = samples.filter(({ positive }) => positive).length;
  if (positives === 0) return null;
  let previous = 0;
  return cuts(samples).reduce((sum, { hits, alarms }) => {
    const gained = (hits - previous) / positives;
    previous = hits;
    return sum + (gained * hits) / alarms;
  }, 0);
}

/**
 * The lowest threshold at which at most `rate` of the negatives raise the alarm, with the rates it has on these samples.
 *
 * Where even the highest score is shared by too many negatives, the threshold is Infinity. Throws UsageError for a rate
 * outside 0..1, InputError without a negative or a positive, or for a score that is not a number.
 */
export function operatingPoint(samples: readonly Scored[], rate: number): OperatingPoint {
  if (!(rate >= 0 && rate <= 1)) throw new UsageError(`a false-alarm rate must be 0 to 1; got ${rate}`);
  const { negatives } = counts(samples);
  const allowed = cuts(samples).filter(({ hits, alarms }) => alarms - hits <= rate * negatives);
  return alarmRates(samples, allowed.at(-1)?.threshold ?? Number.POSITIVE_INFINITY);
}

/** How often a threshold that was set elsewhere is right and wrong on these samples; throws InputError without a negative or a positive, or for a score that is not a number. */
export function alarmRates(samples: readonly Scored[], threshold: number): OperatingPoint {
  checkScores(samples);
  const { positives, negatives } = counts(samples);
  const alarms = samples.filter(({ score }) => score >= threshold);
  const hits = alarms.filter(({ positive }) => positive).length;
  return { threshold, falseAlarms: (alarms.length - hits) / negatives, hits: hits / positives };
}

/** For each distinct score, highest first: how many samples have it or more, and how many of these are positive. */
function cuts(samples: readonly Scored[]): { threshold: number; alarms: number; hits: number }[] {
  checkScores(samples);
  const sorted = [...samples].sort((a, b) => b.score - a.score);
  let hits = 0;
  return sorted.flatMap(({ score, positive }, i) => {
    if (positive) hits += 1;
    return sorted[i + 1]?.score === score ? [] : [{ threshold: score, alarms: i + 1, hits }];
  });
}

function counts(samples: readonly Scored[]): { positives: number; negatives: number } {
  const positives = samples.filter(({ positive }) => positive).length;
  const negatives = samples.length - positives;
  if (positives === 0 || negatives === 0)
    throw new InputError(
      `a detector needs positives and negatives; got ${positives} and ${negatives}: add samples of the other kind`,
    );
  return { positives, negatives };
}

function checkScores(samples: readonly Scored[]): void {
  const odd = samples.find(({ score }) => Number.isNaN(score));
  if (odd !== undefined) throw new InputError("a score must be a number; got NaN");
}
