import { InputError } from "../errors.js";
import type { Ledger } from "./ledger.js";
import { isPromptSource, type Source, type SourceKind } from "./sources.js";

/** Shares of a picture by kind of source; signed, they add up to 1. */
export interface KindShares {
  readonly tokens: number;
  readonly noise: number;
  readonly time: number;
  readonly mu: number;
  /** That of the unconditional context; null without guidance. */
  readonly guidance: number | null;
  /** That of additive parameters; null for networks that have none. */
  readonly bias: number | null;
}

/** Sums of a source's positive and of its negative values, as shares of the image's mass. */
export interface MassParts {
  readonly positive: number;
  readonly negative: number;
}

/** A source's part of the image [6, H, W], as a view. */
export function rowAt(ledger: Ledger, row: number): Float32Array {
  const length = ledger.image.length;
  return ledger.rows.subarray(row * length, (row + 1) * length);
}

/** The rows that come from the prompt, tokens and words, in order. */
export function promptRows(ledger: Ledger): Float32Array[] {
  return ledger.sources.flatMap((source, row) => (isPromptSource(source) ? [rowAt(ledger, row)] : []));
}

/** Contribution to rgb - 0.5, d = (R_rgb - R_1-rgb) / 2 [3, H, W], of a picture or a part of one [6, H, W]. */
export function contentOf(part: Float32Array): Float32Array {
  const half = part.length / 2;
  return part.subarray(0, half).map((value, i) => (value - part[half + i]!) / 2);
}

/**
 * Relevance score S_i of each prompt source, in 0..1 and adding up to 1; Eq. 8. All 0 if no prompt source supplies mass.
 * It counts mass over complementary channels, and so is blind to a source that only changes colours: see `contentShares`.
 */
export function relevanceScores(ledger: Ledger): number[] {
  return normalised(promptRows(ledger).map((row) => Math.abs(sum(row))));
}

/** Content relevance of each prompt source: its share of the L1 norms |d_i|, in 0..1 and adding up to 1. All 0 if there is no content. */
export function contentShares(ledger: Ledger): number[] {
  return normalised(promptRows(ledger).map((row) => contentNorm(row)));
}

/** Signed content relevance <d_i, d> / |d|^2 of every source in row order, adding up to 1; null for an image of uniform 0.5 grey. */
export function contentProjections(ledger: Ledger): number[] | null {
  const image = contentOf(ledger.image);
  const square = dot(image, image);
  if (square === 0) return null;
  return ledger.sources.map((_, row) => dot(contentOf(rowAt(ledger, row)), image) / square);
}

/** Positive and negative mass of every source in row order; throws InputError if the image has no mass. */
export function massParts(ledger: Ledger): MassParts[] {
  const total = imageMass(ledger);
  return ledger.sources.map((_, s) => {
    const row = rowAt(ledger, s);
    const positive = row.reduce((mass, value) => mass + Math.max(value, 0), 0);
    return { positive: positive / total, negative: (sum(row) - positive) / total };
  });
}

/**
 * Who supplied the image's mass, the sum over pixels and channels; throws InputError if the image has none. `tokens` is the
 * coverage: how much of the image the prompt accounts for.
 */
export function massShares(ledger: Ledger): KindShares {
  const total = imageMass(ledger);
  return byKind(
    ledger.sources,
    ledger.sources.map((_, s) => sum(rowAt(ledger, s)) / total),
  );
}

/** Who supplied the image's content: `contentProjections` by kind of source; null for an image of uniform 0.5 grey. */
export function projectionShares(ledger: Ledger): KindShares | null {
  const projections = contentProjections(ledger);
  return projections === null ? null : byKind(ledger.sources, projections);
}

function byKind(sources: readonly Source[], shares: readonly number[]): KindShares {
  const share = (...kinds: SourceKind[]): number | null => {
    const own = shares.filter((_, s) => kinds.includes(sources[s]!.kind));
    return own.length === 0 ? null : own.reduce((total, value) => total + value, 0);
  };
  return {
    tokens: share("token", "word") ?? 0,
    noise: share("noise") ?? 0,
    time: share("time") ?? 0,
    mu: share("mu") ?? 0,
    guidance: share("unconditional"),
    bias: share("bias"),
  };
}

/** Completeness error: the largest |sum of the rows - image| over pixels and channels. */
export function residual({ rows, image, sources }: Ledger): number {
  return image.reduce((worst, value, i) => {
    let total = 0;
    for (let s = 0; s < sources.length; s++) total += rows[s * image.length + i]!;
    return Math.max(worst, Math.abs(total - value));
  }, 0);
}

/** For each source, |content gained or lost between two states of its row|_1: when in the run did it act? `before` and `after` are [S, 6, H, W]. */
export function contentChange(before: Float32Array, after: Float32Array, sources: number): number[] {
  const change = new Float32Array(after.length);
  for (let i = 0; i < change.length; i++) change[i] = after[i]! - before[i]!;
  const length = change.length / sources;
  return Array.from({ length: sources }, (_, s) =>
    contentNorm(change.subarray(s * length, (s + 1) * length)),
  );
}

function imageMass(ledger: Ledger): number {
  const total = sum(ledger.image);
  if (total === 0) throw new InputError("the image adds up to 0, so shares of its mass are undefined");
  return total;
}

/** |d|_1 of a part [6, H, W]; a loop, for it is taken of every row at every step. */
function contentNorm(part: Float32Array): number {
  const half = part.length / 2;
  let norm = 0;
  for (let i = 0; i < half; i++) norm += Math.abs(part[i]! - part[half + i]!);
  return norm / 2;
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((total, value, i) => total + value * b[i]!, 0);
}

function normalised(values: number[]): number[] {
  const total = values.reduce((a, b) => a + b, 0);
  return values.map((value) => (total === 0 ? 0 : value / total));
}
