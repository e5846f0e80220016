import { UsageError } from "../errors.js";
import type { NeglectCalibration } from "../model/neglect-calibration.js";
import type { Word } from "../text/bpe.js";
import type { PromptToken } from "../text/prompt.js";
import type { Ledger } from "./ledger.js";
import { encodeMagnitudes, encodeMaps } from "./map-codec.js";
import { pixelMaps, sharedScale } from "./maps.js";
import { wordStandings } from "./neglect.js";
import { reconstruct } from "./reconstruction.js";
import {
  contentProjections,
  contentShares,
  massParts,
  massShares,
  relevanceScores,
  residual,
} from "./relevance.js";
import {
  EXPLANATION_VERSION,
  type ExplainedModel,
  type Explanation,
  type ExplanationMaps,
  type ExplanationSettings,
  type RelevanceRecord,
} from "./schema.js";
import type { StepRecord } from "./timeline.js";
import { findWarnings } from "./warnings.js";
import { mergeWords, tokenGroups } from "./words.js";

/** A word of the prompt and the range [start, end) it came from, in UTF-16 code units. */
export type PromptWord = Pick<Word, "text" | "start" | "end">;

/** What an explanation is made from; `tokens` are in the order of the ledger's token rows. */
export interface ExplanationInput {
  readonly ledger: Ledger;
  readonly prompt: string;
  readonly words: readonly PromptWord[];
  readonly tokens: readonly PromptToken[];
  readonly seed: number;
  readonly settings: Omit<ExplanationSettings, "height" | "width">;
  readonly model: ExplainedModel;
  /** Version of pellucid. */
  readonly pellucid: string;
  /** Adds the words' maps in this form. */
  readonly mapForm?: ExplanationMaps["form"] | undefined;
  /** Adds what each word did in each step. */
  readonly history?: readonly StepRecord[] | undefined;
  /** Adds how far the picture is from the one without each word, 0..1, one per word. */
  readonly distances?: readonly number[] | undefined;
  /** Adds how each word stands, and warns by that; without one the rule of thumb holds. */
  readonly neglect?: NeglectCalibration | undefined;
}

/** Measures a ledger and writes the explanation document; throws UsageError if tokens, words and rows don't match. */
export function buildExplanation(input: ExplanationInput): Explanation {
  const { ledger, prompt, seed, settings, model, pellucid, mapForm, history, distances, neglect } = input;
  checkTokens(input);
  if (distances !== undefined && distances.length !== input.words.length)
    throw new UsageError(`distances must be one per word, ${input.words.length}; got ${distances.length}`);
  const groups = tokenGroups(input.tokens, input.words.length);
  const merged = mergeWords(ledger, groups);
  const wordRelevance = relevanceRecords(merged);
  const stands = neglect && wordStandings(neglect, merged, input.words, distances);
  const words = input.words.map((word, w) => ({
    text: word.text,
    span: spanOf(word),
    tokens: groups[w]!.tokens,
    relevance: wordRelevance[w]!,
    ...(distances === undefined ? {} : { counterfactual: { distance: distances[w]! } }),
    ...(stands?.words[w] == null ? {} : { neglect: stands.words[w] }),
  }));
  const tokenRelevance = relevanceRecords(ledger);
  const tokens = input.tokens.map((token, i) => ({
    text: token.text,
    id: token.id,
    span: token.word === null ? null : spanOf(token),
    word: token.word,
    relevance: tokenRelevance[i]!,
  }));
  const { mse, normalisedMse, undefinedReason } = reconstruct(ledger, model.prediction);
  const measured = {
    words,
    residual: residual(ledger),
    reconstruction: { mse, normalisedMse, undefinedReason },
  };
  const shares = massShares(ledger);
  return {
    format: "pellucid-explanation",
    version: EXPLANATION_VERSION,
    pellucid,
    prompt,
    seed,
    settings: { ...settings, height: ledger.size.height, width: ledger.size.width },
    model,
    ...measured,
    tokens,
    ledger: shares,
    coverage: shares.tokens,
    warnings: findWarnings({ ...measured, neglect: stands }),
    ...(mapForm === undefined ? {} : wordMaps(merged, words.length, mapForm)),
    ...(history === undefined ? {} : { steps: [...history] }),
  };
}

/** One record per prompt source, in row order. */
function relevanceRecords(ledger: Ledger): RelevanceRecord[] {
  const scores = relevanceScores(ledger);
  const shares = contentShares(ledger);
  const projections = contentProjections(ledger);
  const parts = massParts(ledger);
  // Prompt sources are the first rows of a ledger.
  return scores.map((eq8, i) => ({
    eq8,
    content: shares[i]!,
    projection: projections?.[i] ?? null,
    positiveMass: parts[i]!.positive,
    negativeMass: parts[i]!.negative,
  }));
}

function wordMaps(
  merged: Ledger,
  words: number,
  form: ExplanationMaps["form"],
): Pick<Explanation, "maps" | "magnitudes"> {
  const maps = pixelMaps(merged, form).slice(0, words);
  const magnitudes = pixelMaps(merged, "magnitude").slice(0, words);
  return { maps: encodeMaps(form, maps, sharedScale(maps)), magnitudes: encodeMagnitudes(magnitudes) };
}

function checkTokens({ ledger, tokens, words }: ExplanationInput): void {
  const inOrder = tokens.every((_, i) => {
    const source = ledger.sources[i];
    return source?.kind === "token" && source.index === i;
  });
  const rows = ledger.sources.filter((source) => source.kind === "token").length;
  if (!inOrder || rows !== tokens.length)
    throw new UsageError(
      `the ledger must begin with one row per token; got ${rows} for ${tokens.length} tokens`,
    );
  const lost = tokens.find(({ word }) => word !== null && word >= words.length);
  if (lost !== undefined)
    throw new UsageError(
      `token "${lost.text}" names word ${lost.word}; the prompt has ${words.length} words`,
    );
}

function spanOf({ start, end }: Pick<Word, "start" | "end">): [number, number] {
  return [start, end];
}
