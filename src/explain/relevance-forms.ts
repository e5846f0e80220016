import type { RelevanceForm } from "../model/neglect-calibration.js";
import type { Ledger } from "./ledger.js";
import { pixelMaps } from "./maps.js";
import { contentShares, relevanceScores } from "./relevance.js";

/** How much of the picture a word is looked at where it is strongest: small things fill no more. */
const PEAK_PART = 0.05;

/** A word's relevance in every form, each from 0. */
export type FormValues = Readonly<Record<RelevanceForm, number>>;

/**
 * What an account gives each of so many words, whose rows come first (`mergeWords`).
 *
 * `content` and `eq8` are shares of the whole; `share` and `excess` means of those maps; all four times the number of words,
 * so that 1 is an even share. `peak` is the mean share, 0..1, where it is highest, in a twentieth of the picture; `magnitude` the
 * mean |d| over pixels and rgb.
 */
export function relevanceForms(ledger: Ledger, words: number): FormValues[] {
  const contents = contentShares(ledger);
  const scores = relevanceScores(ledger);
  const magnitudes = pixelMaps(ledger, "magnitude");
  const shares = pixelMaps(ledger, "share");
  const excesses = pixelMaps(ledger, "excess");
  return Array.from({ length: words }, (_, word) => ({
    content: words * contents[word]!,
    eq8: words * scores[word]!,
    share: words * mean(shares[word]!),
    excess: words * mean(excesses[word]!),
    peak: peak(shares[word]!),
    magnitude: mean(magnitudes[word]!) / 3,
  }));
}

const mean = (map: Float32Array): number => map.reduce((sum, value) => sum + value, 0) / map.length;

function peak(map: Float32Array): number {
  const highest = Math.ceil(PEAK_PART * map.length);
  return mean(
    Float32Array.from(map)
      .sort()
      .subarray(map.length - highest),
  );
}
