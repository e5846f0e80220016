import {
  jointPercentile,
  logit,
  looksIgnored,
  partBelow,
  standings,
  tableKeys,
} from "../../explain/neglect.js";
import type { FormValues } from "../../explain/relevance-forms.js";
import {
  type CalibrationTable,
  EVIDENCE,
  type Evidence,
  type NeglectCalibration,
  type NeglectDetector,
  RELEVANCE_FORMS,
} from "../../model/neglect-calibration.js";
import { quantile } from "../statistics/summary.js";
import { lowFeatureWeights } from "./logistic.js";
import { STOP_PARTS } from "./observe.js";
import type { JudgedPicture, JudgedWord } from "./words.js";

/** Words that a table needs to tell anything of its lowest twentieth; with fewer, a more general table holds. */
const LEAST_COUNT = 20;

/** Values that a distribution is kept as. */
const LEVELS = 64;

/** The part of pictures that end without an ignored word which may be given up on the way, all stops together. */
const STOP_RATE = 0.05;

/** All that a fit finds: a calibration less what it holds for. */
export type NeglectFit = Pick<NeglectCalibration, "pictures" | "judged" | "tables" | "detectors" | "stops">;

/** A word with the keys of its tables, and whether it is in them itself: one that is often ignored must not make that usual. */
interface Keyed extends JudgedWord {
  readonly keys: readonly string[];
  readonly isUsual: boolean;
}

/** Sorted values by key and evidence. */
type Values = ReadonlyMap<string, Readonly<Record<Evidence, readonly number[]>>>;

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
  const held = words.map((word) => ({ word, percentiles: ownPercentiles(word, values) }));
  const known = held.filter(({ word }) => word.drawn !== null);
  const detector = (used: readonly Evidence[]): NeglectDetector => {
    const weights = weightsOf(known, used);
    const negatives = known.length > 0 ? known.filter(({ word }) => word.drawn) : held;
    const joint = (negatives.length > 0 ? negatives : held).map(({ percentiles }) =>
      jointPercentile(percentiles, weights),
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

function keyedWords({ words, isCorpus }: JudgedPicture): Keyed[] {
  return words.flatMap(({ judged }, word) =>
    judged === null
      ? []
      : [{ ...judged, keys: tableKeys(words, word), isUsual: isCorpus && judged.drawn !== false }],
  );
}

function valuesOf(words: readonly Keyed[]): Values {
  const byKey = new Map<string, Keyed[]>();
  for (const word of words) {
    for (const key of word.keys) {
      const own = byKey.get(key);
      if (own === undefined) byKey.set(key, [word]);
      else own.push(word);
    }
  }
  const kept = [...byKey]
    .filter(([key, own]) => own.length >= LEAST_COUNT || key.split(" ").length === 2)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    kept.map(([key, own]) => [
      key,
      eachEvidence((each) => sorted(own.map(({ evidence }) => evidence[each]))),
    ]),
  );
}

/** Where a word stands in the first of its tables, itself left out. */
function ownPercentiles({ keys, evidence, isUsual }: Keyed, values: Values): Record<Evidence, number> {
  const own = keys.map((key) => values.get(key)).find((found) => found !== undefined);
  return eachEvidence((each) => {
    const among = own?.[each] ?? [];
    const others = isUsual ? among.toSpliced(among.indexOf(evidence[each]), 1) : among;
    return others.length === 0 ? 0.5 : partBelow(levelsOf(others), evidence[each]);
  });
}

function weightsOf(
  known: readonly { readonly word: Keyed; readonly percentiles: Readonly<Record<Evidence, number>> }[],
  used: readonly Evidence[],
): Record<Evidence, number> {
  const samples = known.map(({ word, percentiles }) => ({
    features: used.map((each) => logit(percentiles[each])),
    positive: word.drawn === false,
  }));
  const found = lowFeatureWeights(samples, used.length);
  const total = found.reduce((sum, weight) => sum + weight, 0);
  return eachEvidence((each) => {
    const place = used.indexOf(each);
    if (place < 0) return 0;
    return total === 0 ? 1 / used.length : found[place]! / total;
  });
}

/** After each part of a run, the percentile below which few pictures have their lowest word that then end without an ignored one. */
function stopsOf(
  fit: Omit<NeglectFit, "stops">,
  pictures: readonly JudgedPicture[],
): NeglectCalibration["stops"] {
  const corpus = pictures.filter(({ isCorpus }) => isCorpus);
  const lowest = (picture: JudgedPicture, of: (word: JudgedWord) => FormValues) => {
    const evidence = picture.words.map(({ forms, judged }) => (judged === null ? forms : of(judged)));
    return standings(fit, picture.words, evidence).filter((found) => found !== null);
  };
  const good = corpus.filter((picture) => !lowest(picture, accountOf).some(looksIgnored));
  if (good.length === 0) return [];
  return STOP_PARTS.map((part, i) => {
    const percentiles = good.flatMap((picture) => {
      const found = lowest(picture, ({ early }) => early[i]!).map(({ percentile }) => percentile);
      return found.length === 0 ? [] : [Math.min(...found)];
    });
    return {
      part,
      percentile: percentiles.length === 0 ? 0 : quantile(percentiles, STOP_RATE / STOP_PARTS.length),
    };
  });
}

/** What an account alone says of a word. */
export function accountOf({ evidence }: Pick<JudgedWord, "evidence">): FormValues {
  const { deletion: _, ...forms } = evidence;
  return forms;
}

function tableOf(values: Readonly<Record<Evidence, readonly number[]>>): CalibrationTable {
  return { count: values.content.length, levels: eachEvidence((each) => levelsOf(values[each])) };
}

/** A distribution as at most `LEVELS` values; what it was made of if they are fewer. */
function levelsOf(ascending: readonly number[]): number[] {
  const n = ascending.length;
  const levels =
    n <= LEVELS
      ? ascending
      : Array.from({ length: LEVELS }, (_, i) => {
          const place = Math.min(n - 1, Math.max(0, ((i + 0.5) / LEVELS) * n - 0.5));
          const [low, high] = [ascending[Math.floor(place)]!, ascending[Math.ceil(place)]!];
          return low + (place - Math.floor(place)) * (high - low);
        });
  return levels.map((level) => Number(level.toPrecision(5)));
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

const eachEvidence = <T>(of: (evidence: Evidence) => T): Record<Evidence, T> => ({
  content: of("content"),
  eq8: of("eq8"),
  share: of("share"),
  excess: of("excess"),
  peak: of("peak"),
  magnitude: of("magnitude"),
  deletion: of("deletion"),
});
