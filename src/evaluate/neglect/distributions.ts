import { ALL_WORDS, partBelow, tableKeys } from "../../explain/neglect.js";
import type { CalibrationTable, Evidence } from "../../model/neglect-calibration.js";
import type { JudgedPicture, JudgedWord } from "./words.js";

/** Words that a table needs to tell anything of its lowest twentieth; with fewer, a more general table holds. */
const LEAST_COUNT = 20;

/** Values that a distribution is kept as. */
const LEVELS = 64;

/** A word with the keys of its tables, and whether it is in them itself: one that is often ignored must not make that usual. */
export interface Keyed extends JudgedWord {
  readonly keys: readonly string[];
  readonly isUsual: boolean;
}

/** Ascending values by key and evidence. */
export type Values = ReadonlyMap<string, Readonly<Record<Evidence, readonly number[]>>>;

/** The words of a picture that name something. */
export function keyedWords({ words, isCorpus }: JudgedPicture): Keyed[] {
  return words.flatMap(({ judged }, word) =>
    judged === null
      ? []
      : [{ ...judged, keys: tableKeys(words, word), isUsual: isCorpus && judged.drawn !== false }],
  );
}

/** The distributions of usual words: of those that are frequent, and of kinds. */
export function valuesOf(words: readonly Keyed[]): Values {
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

/** Where a word stands among words like it and among all, itself left out. */
export interface Percentiles {
  readonly own: Readonly<Record<Evidence, number>>;
  readonly all: Readonly<Record<Evidence, number>>;
}

export function usualPercentiles(word: Keyed, values: Values): Percentiles {
  const key = word.keys.find((each) => values.has(each)) ?? ALL_WORDS;
  return { own: percentilesIn(word, values.get(key)), all: percentilesIn(word, values.get(ALL_WORDS)) };
}

function percentilesIn(
  { evidence, isUsual }: Keyed,
  values: Readonly<Record<Evidence, readonly number[]>> | undefined,
): Record<Evidence, number> {
  return eachEvidence((each) => {
    const among = values?.[each] ?? [];
    const others = isUsual ? among.toSpliced(among.indexOf(evidence[each]), 1) : among;
    return others.length === 0 ? 0.5 : partBelow(levelsOf(others), evidence[each]);
  });
}

/** A distribution as a calibration keeps it. */
export function tableOf(values: Readonly<Record<Evidence, readonly number[]>>): CalibrationTable {
  return { count: values.content.length, levels: eachEvidence((each) => levelsOf(values[each])) };
}

/** A distribution as at most `LEVELS` values; what it was made of if they are fewer. */
export function levelsOf(ascending: readonly number[]): number[] {
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

export const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The same for each kind of evidence. */
export const eachEvidence = <T>(of: (evidence: Evidence) => T): Record<Evidence, T> => ({
  content: of("content"),
  eq8: of("eq8"),
  share: of("share"),
  excess: of("excess"),
  peak: of("peak"),
  magnitude: of("magnitude"),
  deletion: of("deletion"),
});
