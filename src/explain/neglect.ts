import {
  type CalibrationTable,
  EVIDENCE,
  type Evidence,
  type NeglectCalibration,
  type NeglectDetector,
} from "../model/neglect-calibration.js";
import { isContentWord, wordKind } from "./content-words.js";
import type { Ledger } from "./ledger.js";
import { type FormValues, relevanceForms } from "./relevance-forms.js";

/** A word looks ignored if no more than this part of the words that were drawn look as ignored: the rate of false alarms. */
export const ALARM_RATE = 0.05;

/** Percentiles are cut off here, where the odds are one in ten thousand. */
const LEAST = 1e-4;

/** What is known of one word: its relevance, and how far the picture without it is. */
export type WordEvidence = FormValues & Readonly<Partial<Record<Evidence, number>>>;

/** How a word stands against what words usually get. */
export interface Neglect {
  /** The words like it that it was compared with, as a key of the calibration's tables. */
  readonly among: string;
  /** Where it stands among them in all forms jointly, 0 (below all) to 1. */
  readonly percentile: number;
  /** The part of words that were drawn which look as ignored or more, 0..1: the rate of false alarms if this one raises one. */
  readonly rate: number;
}

/**
 * Part of a distribution below a value, 0..1; `levels` ascend and stand for the parts (i + 0.5) / n.
 *
 * Between two levels, and between 0 and the lowest, it grows in proportion; above the highest it is that one's.
 */
export function partBelow(levels: readonly number[], value: number): number {
  const n = levels.length;
  const at = levels.findIndex((level) => level >= value);
  if (at < 0) return (n - 0.5) / n;
  const high = levels[at]!;
  // of equal levels the middle counts
  if (high === value) return ((at + levels.lastIndexOf(value)) / 2 + 0.5) / n;
  if (at === 0) return (0.5 / n) * (Math.max(0, value) / high);
  const low = levels[at - 1]!;
  return (at - 0.5 + (value - low) / (high - low)) / n;
}

/** A number for each kind of evidence, or for those that are known. */
type PerEvidence = Readonly<Partial<Record<Evidence, number>>>;

/** Percentiles on the scale of their log odds, added up by weights. */
export const weighLogOdds = (percentiles: PerEvidence, weights: PerEvidence): number =>
  EVIDENCE.reduce((sum, each) => sum + (weights[each] ?? 0) * logit(percentiles[each] ?? 0.5), 0);

/** The percentile of which these are the log odds. */
export const fromLogOdds = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** ln(p / (1 - p)) of a percentile, at most one in ten thousand from either end. */
export function logit(percentile: number): number {
  const p = Math.min(1 - LEAST, Math.max(LEAST, percentile));
  return Math.log(p / (1 - p));
}

/** The table of all words. */
export const ALL_WORDS = "any word";

/**
 * The tables of words like a word, the most telling first: what it describes counts more for a colour or a number than which
 * one it is, for a red hat and a red ground have little in common.
 */
export function tableKeys(words: readonly { readonly text: string }[], word: number): string[] {
  const { text } = words[word]!;
  const kind = wordKind(text);
  const next = words[word + 1]?.text;
  const general = [text, `any ${kind}`, ALL_WORDS];
  return kind === "thing" || next === undefined ? general : [`any ${kind} ${next}`, ...general];
}

/** Whom a table is of, for a sentence: `"hat"`, `colours before "hat"`, `things`. */
export function describeKey(key: string): string {
  const [first, kind, next] = key.split(" ");
  if (first !== "any" || kind === undefined) return `"${key}"`;
  return next === undefined ? `${kind}s` : `${kind}s before "${next}"`;
}

/** How every content word of a prompt stands, by its evidence; null for function words, and where nothing compares. */
export function standings(
  { tables, detectors }: Pick<NeglectCalibration, "tables" | "detectors">,
  words: readonly { readonly text: string }[],
  evidence: readonly WordEvidence[],
): (Neglect | null)[] {
  const isWhole = evidence.every(({ deletion }) => deletion !== undefined);
  const detector = isWhole ? detectors.deletion : detectors.account;
  return words.map(({ text }, word) => {
    const among = tableKeys(words, word).find((key) => Object.hasOwn(tables, key));
    if (!isContentWord(text) || among === undefined) return null;
    const own = percentilesIn(tables[among]!, evidence[word]!);
    const all = percentilesIn(tables[ALL_WORDS] ?? tables[among]!, evidence[word]!);
    return { among, ...standing(detector, own, all) };
  });
}

/** How the words of a picture stand, and whether the calibration knows which words were drawn. */
export interface CalibratedNeglect {
  readonly judged: boolean;
  readonly words: readonly (Neglect | null)[];
}

/**
 * How the words of a picture stand, by a ledger whose first rows are theirs (`mergeWords`), and, if that is known, by how far
 * the picture without each is.
 */
export function wordStandings(
  calibration: NeglectCalibration,
  merged: Ledger,
  words: readonly { readonly text: string }[],
  distances?: readonly number[],
): CalibratedNeglect {
  const forms = relevanceForms(merged, words.length);
  const evidence =
    distances === undefined ? forms : forms.map((own, w) => ({ ...own, deletion: distances[w]! }));
  return { judged: calibration.judged, words: standings(calibration, words, evidence) };
}

function percentilesIn({ levels }: CalibrationTable, evidence: WordEvidence): PerEvidence {
  return Object.fromEntries(
    EVIDENCE.flatMap((each) => {
      const value = evidence[each];
      return value === undefined ? [] : [[each, partBelow(levels[each], value)]];
    }),
  );
}

function standing(
  { weights, drawn }: NeglectDetector,
  own: PerEvidence,
  all: PerEvidence,
): Pick<Neglect, "percentile" | "rate"> {
  const either = Object.fromEntries(EVIDENCE.map((each) => [each, weights.own[each] + weights.all[each]]));
  const joint = weighLogOdds(own, weights.own) + weighLogOdds(all, weights.all);
  return {
    percentile: fromLogOdds(weighLogOdds(own, either)),
    rate: partBelow(drawn, fromLogOdds(joint)),
  };
}

/** Whether a word looks ignored. */
export const looksIgnored = ({ rate }: Neglect): boolean => rate < ALARM_RATE;
