import type { ExplanationWarning, ReconstructionRecord, RelevanceRecord } from "./schema.js";

/** Largest completeness error of an account that may be called exact. */
export const RESIDUAL_LIMIT = 1e-4;

/** A content word counts as ignored below this fraction of an even share (1 / number of words) of the content. */
export const IGNORED_FRACTION = 0.15;

/** Words that connect others and need not show in a picture. */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  "a an and are as at by for from has have in into is it its of off on or over that the their this to under up wearing with".split(
    " ",
  ),
);

/** Whether a word names something that a picture can show: it has a letter or digit, and is not a function word. */
export function isContentWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text) && !FUNCTION_WORDS.has(text.toLowerCase());
}

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
}

/** Everything in an explanation that a reader should not overlook, as codes and sentences. */
export function findWarnings({ words, residual, reconstruction }: Evidence): ExplanationWarning[] {
  return [
    ...ignoredWords(words),
    ...(residual > RESIDUAL_LIMIT ? [residualWarning(residual)] : []),
    ...(reconstruction.undefinedReason === null
      ? []
      : [reconstructionWarning(reconstruction.undefinedReason)]),
  ];
}

function ignoredWords(words: Evidence["words"]): ExplanationWarning[] {
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
