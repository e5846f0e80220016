import type { Explanation } from "../explain/schema.js";
import { END_TEXT, START_TEXT } from "../text/vocabulary.js";
import type { Metric } from "./interval.js";
import { bootstrap, bootstrapMean } from "./statistics/bootstrap.js";
import { pearson } from "./statistics/correlation.js";
import { mean } from "./statistics/summary.js";

/** The two measures of relevance that the tables hold: Eq. 8, and the share of the content. */
export const MEASURES = ["eq8", "content"] as const;
export type Measure = (typeof MEASURES)[number];

/** What a token gets, 0..1 each. */
type Relevance = Readonly<Record<Measure, number>>;

/** A row of the tables: a token of a corpus of prompts. */
export interface TokenRow {
  readonly id: number;
  readonly text: string;
  /** How often it occurs, all prompts together. */
  readonly occurrences: number;
  /** Mean over the prompts in which it occurs once, whose number is `n`; null if there is none. */
  readonly relevance: Readonly<Record<Measure, Metric>> | null;
}

/** A row that has a relevance. */
export type MeasuredRow = TokenRow & { readonly relevance: NonNullable<TokenRow["relevance"]> };

/**
 * Every token of the explained prompts with its mean relevance and 95 % intervals, highest Eq. 8 first (Tables 1 and 2).
 *
 * "Without duplicates": a prompt counts for the tokens that it holds exactly once, for the share of a token that comes twice
 * is divided between two places.
 */
export function tokenTable(explanations: readonly Explanation[]): TokenRow[] {
  const texts = new Map<number, string>();
  const occurrences = new Map<number, number>();
  const samples = new Map<number, Relevance[]>();
  for (const { tokens } of explanations) {
    for (const { id, text, word } of tokens) {
      if (word === null) continue;
      texts.set(id, text);
      occurrences.set(id, (occurrences.get(id) ?? 0) + 1);
    }
    for (const [id, relevance] of singles(tokens)) {
      const known = samples.get(id);
      if (known === undefined) samples.set(id, [relevance]);
      else known.push(relevance);
    }
  }
  const rows = [...texts].map(([id, text]): TokenRow => {
    const found = samples.get(id);
    const metric = (measure: Measure) => bootstrapMean((found ?? []).map((sample) => sample[measure]));
    const relevance = found === undefined ? null : { eq8: metric("eq8"), content: metric("content") };
    return { id, text, occurrences: occurrences.get(id) ?? 0, relevance };
  });
  const rank = ({ relevance }: TokenRow) => relevance?.eq8.value ?? -1;
  return rows.sort((a, b) => rank(b) - rank(a) || a.id - b.id);
}

/** The `most` tokens that occur without duplicates in most prompts, in the order of the rows. */
export function commonTokens(rows: readonly TokenRow[], most: number): MeasuredRow[] {
  const measured = rows.flatMap(({ relevance, ...row }) =>
    relevance === null ? [] : [{ ...row, relevance }],
  );
  const byNumber = [...measured].sort((a, b) => b.relevance.eq8.n - a.relevance.eq8.n || a.id - b.id);
  const kept = new Set(byNumber.slice(0, most));
  return measured.filter((row) => kept.has(row));
}

/**
 * The figures of the tables: `relevance.MEASURE.TOKEN`, and the Pearson correlation over these rows of a token's mean relevance
 * with the number of prompts behind it. `correlation.MEASURE.framed` has start and end marks among the tokens, once in
 * each prompt and 0 where the model masks them, as the paper's figure does.
 *
 * Intervals are over prompts. A correlation that is undefined, because one side never varies, is left out.
 */
export function tokenTableMetrics(
  explanations: readonly Explanation[],
  rows: readonly MeasuredRow[],
): Record<string, Metric> {
  const names = tokenNames(rows);
  const relevances = MEASURES.flatMap((measure) =>
    rows.map(({ relevance }, i): [string, Metric] => [
      `relevance.${measure}.${names[i]!}`,
      relevance[measure],
    ]),
  );
  const wanted = new Set(rows.map(({ id }) => id));
  const samples = explanations.map(({ tokens }): Sample => {
    const kept = singles(tokens).filter(([id]) => wanted.has(id));
    return { tokens: kept, frame: [frameOf(tokens, START_TEXT), frameOf(tokens, END_TEXT)] };
  });
  const correlations = MEASURES.flatMap((measure) =>
    [false, true].flatMap((isFramed): [string, Metric][] => {
      const statistic = (of: readonly Sample[]) => frequencyCorrelation(of, measure, isFramed);
      if (samples.length === 0 || statistic(samples) === null) return [];
      return [[`correlation.${measure}${isFramed ? ".framed" : ""}`, bootstrap(samples, statistic)]];
    }),
  );
  return Object.fromEntries([...correlations, ...relevances]);
}

/** A name per row that no other has: the token's text, with its id where a text is not one token's alone. */
export function tokenNames(rows: readonly TokenRow[]): string[] {
  const isShared = (text: string) => rows.filter((row) => row.text === text).length > 1;
  return rows.map(({ text, id }) => (isShared(text) ? `${text}#${id}` : text));
}

/** One prompt's tokens that it holds once, and its start and end marks. */
interface Sample {
  readonly tokens: readonly (readonly [id: number, relevance: Relevance])[];
  readonly frame: readonly Relevance[];
}

function frequencyCorrelation(
  samples: readonly Sample[],
  measure: Measure,
  isFramed: boolean,
): number | null {
  const totals = new Map<number, { prompts: number; sum: number }>();
  for (const { tokens } of samples) {
    for (const [id, relevance] of tokens) {
      const total = totals.get(id) ?? { prompts: 0, sum: 0 };
      totals.set(id, { prompts: total.prompts + 1, sum: total.sum + relevance[measure] });
    }
  }
  const points = [...totals.values()].map(({ prompts, sum }) => ({ prompts, mean: sum / prompts }));
  const marks = [0, 1].map((mark) => ({
    prompts: samples.length,
    mean: mean(samples.map(({ frame }) => frame[mark]![measure])),
  }));
  const all = isFramed ? [...points, ...marks] : points;
  return pearson(
    all.map(({ prompts }) => prompts),
    all.map((point) => point.mean),
  );
}

/** The tokens of the prompt itself that it holds exactly once. */
function singles(tokens: Explanation["tokens"]): [id: number, relevance: Relevance][] {
  const own = tokens.filter(({ word }) => word !== null);
  return own.flatMap(({ id, relevance }): [number, Relevance][] =>
    own.filter((token) => token.id === id).length === 1 ? [[id, relevance]] : [],
  );
}

function frameOf(tokens: Explanation["tokens"], text: string): Relevance {
  const mark = tokens.find((token) => token.word === null && token.text === text);
  return mark?.relevance ?? { eq8: 0, content: 0 };
}
