import { isContentWord } from "./content-words.js";
import { type CalibratedNeglect, describeKey, looksIgnored } from "./neglect.js";
import type { ExplanationWarning, ReconstructionRecord, RelevanceRecord } from "./schema.js";

/** Largest completeness error of an account that may be called exact. */
export const RESIDUAL_LIMIT = 1e-4;

/** A content word counts as ignored below this fraction of an even share (1 / number of words) of the content. */
export const IGNORED_FRACTION = 0.15;

/**
 * The content word that supplies least, and its share of the content (0..1) times the number of words: 1 is an even share,
 * below `IGNORED_FRACTION` is ignored. Null and Infinity for a prompt without content words.
 */
export function weakestWord(
  words: readonly { readonly text: string }[],
  shares: readonly number[],
): { readonly word: number | null; readonly level: number } {
  let weakest: { readonly word: number | null; readonly level: number } = {
    word: null,
    level: Number.POSITIVE_INFINITY,
  };
  for (const [word, { text }] of words.entries()) {
    const level = shares[word]! * words.length;
    if (isContentWord(text) && level < weakest.level) weakest = { word, level };
  }
  return weakest;
}

interface Evidence {
  readonly words: readonly { readonly text: string; readonly relevance: RelevanceRecord }[];
  readonly residual: number;
  readonly reconstruction: ReconstructionRecord;
  /** What a calibration says; without one the rule of thumb holds. */
  readonly neglect?: CalibratedNeglect | undefined;
}

/** Everything in an explanation that a reader should not overlook, as codes and sentences. */
export function findWarnings({ words, residual, reconstruction, neglect }: Evidence): ExplanationWarning[] {
  return [
    ...(neglect === undefined ? weakWords(words) : ignoredWords(words, neglect)),
    ...(residual > RESIDUAL_LIMIT ? [residualWarning(residual)] : []),
    ...(reconstruction.undefinedReason === null
      ? []
      : [reconstructionWarning(reconstruction.undefinedReason)]),
  ];
}

/** Words that look ignored by a calibration. */
function ignoredWords(
  words: Evidence["words"],
  { judged, words: found }: CalibratedNeglect,
): ExplanationWarning[] {
  return found.flatMap((neglect, word) => {
    if (neglect === null || !looksIgnored(neglect)) return [];
    const { text } = words[word]!;
    const percentile = Math.max(1, Math.ceil(100 * neglect.percentile));
    const others = judged ? "the words that were drawn" : "all words";
    const message =
      `"${text}" looks ignored: its relevance is below the ${ordinal(percentile)} percentile for ${describeKey(neglect.among)}; ` +
      `${formatRate(neglect.rate)} of ${others} look like this`;
    return [{ code: "word-ignored" as const, message, word }];
  });
}

/** `0.7 %`; a rate below a tenth of a percent is beyond what a calibration can tell. */
export const formatRate = (rate: number): string =>
  rate < 0.001 ? "less than 0.1 %" : `${(100 * rate).toFixed(1)} %`;

function ordinal(number: number): string {
  const ending = Math.floor(number / 10) === 1 ? undefined : ["st", "nd", "rd"][(number % 10) - 1];
  return `${number}${ending ?? "th"}`;
}

/** Words that supply little, by the rule of thumb. */
function weakWords(words: Evidence["words"]): ExplanationWarning[] {
  return words.flatMap(({ text, relevance }, word) =>
    isContentWord(text) && relevance.content * words.length < IGNORED_FRACTION
      ? [
          {
            code: "word-ignored" as const,
            message: `"${text}" supplies ${(100 * relevance.content).toFixed(2)} % of the prompt's content: it may be missing from the picture`,
            word,
          },
        ]
      : [],
  );
}

function residualWarning(residual: number): ExplanationWarning {
  return {
    code: "residual-above-limit",
    message: `the parts miss the picture by up to ${residual.toExponential(1)}; the limit is ${RESIDUAL_LIMIT.toExponential(0)}`,
    word: null,
  };
}

const REASONS: Record<NonNullable<ReconstructionRecord["undefinedReason"]>, string> = {
  "eps-prediction": "a network that predicts noise accounts for the noise it removes, not for the picture",
  "no-tokens": "the prompt has no tokens",
  "vanishing-denominator": "the prompt supplies next to no mass in a part of the picture",
};

function reconstructionWarning(reason: keyof typeof REASONS): ExplanationWarning {
  return {
    code: "reconstruction-undefined",
    message: `there is no normalised reconstruction: ${REASONS[reason]}`,
    word: null,
  };
}
