import { fromLogOdds, logit, weighLogOdds } from "../../explain/neglect.js";
import {
  EVIDENCE,
  type Evidence,
  type NeglectCalibration,
  type NeglectDetector,
  RELEVANCE_FORMS,
} from "../../model/neglect-calibration.js";
import {
  eachEvidence,
  type Keyed,
  keyedWords,
  levelsOf,
  type Percentiles,
  sorted,
  tableOf,
  usualPercentiles,
  valuesOf,
} from "./distributions.js";
import { lowFeatureWeights } from "./logistic.js";
import { stopsOf } from "./stops.js";
import type { JudgedPicture } from "./words.js";

/** All that a fit finds: a calibration less what it holds for. */
export type NeglectFit = Pick<NeglectCalibration, "pictures" | "judged" | "tables" | "detectors" | "stops">;

/**
 * Fits distributions, weights and limits to pictures: distributions to the corpus's words but for those that were ignored,
 * weights to all words of which it is known whether they are drawn; where none is, all evidence weighs alike and all words
 * pass for drawn.
 *
 * A word's own value is taken out of the distribution that it is held against. The corpus must hold a word that names something.
 */
export function fitNeglect(pictures: readonly JudgedPicture[]): NeglectFit {
  const words = pictures.flatMap(keyedWords);
  const values = valuesOf(words.filter(({ isUsual }) => isUsual));
  const held = words.map((word) => ({ word, percentiles: usualPercentiles(word, values) }));
  const known = held.filter(({ word }) => word.drawn !== null);
  const detector = (used: readonly Evidence[]): NeglectDetector => {
    const weights = weightsOf(known, used);
    const negatives = known.length > 0 ? known.filter(({ word }) => word.drawn) : held;
    const joint = (negatives.length > 0 ? negatives : held).map(({ percentiles: { own, all } }) =>
      fromLogOdds(weighLogOdds(own, weights.own) + weighLogOdds(all, weights.all)),
    );
    return { weights, drawn: levelsOf(sorted(joint)) };
  };
  const fit = {
    pictures: pictures.filter(({ isCorpus }) => isCorpus).length,
    judged: known.length > 0,
    tables: Object.fromEntries([...values].map(([key, own]) => [key, tableOf(own)])),
    detectors: { account: detector(RELEVANCE_FORMS), deletion: detector(EVIDENCE) },
  };
  return { ...fit, stops: stopsOf(fit, pictures) };
}

function weightsOf(
  known: readonly { readonly word: Keyed; readonly percentiles: Percentiles }[],
  used: readonly Evidence[],
): NeglectDetector["weights"] {
  const samples = known.map(({ word, percentiles: { own, all } }) => ({
    features: [...used.map((each) => logit(own[each])), ...used.map((each) => logit(all[each]))],
    positive: word.drawn === false,
  }));
  const count = 2 * used.length;
  const found = lowFeatureWeights(samples, count);
  const total = found.reduce((sum, weight) => sum + weight, 0);
  const part = (first: number) =>
    eachEvidence((each) => {
      const place = used.indexOf(each);
      if (place < 0) return 0;
      return total === 0 ? 1 / count : found[first + place]! / total;
    });
  return { own: part(0), all: part(used.length) };
}
