import { throwIfCancelled } from "../errors.js";
import type { Ledger } from "../explain/ledger.js";
import type { Explanation } from "../explain/schema.js";
import { type Drawing, explainingArtist, lastStep } from "../generate/draw.js";
import { documentOf, ledgerOf } from "../generate/explain.js";
import type { SamplingSettings } from "../generate/sampling.js";
import type { LoadedModel } from "../model/loaded.js";
import type { PromptEncoder } from "../model/prompt-encoder.js";
import type { Compile } from "../runtime/executable.js";
import { largestMetric, type Metric, meanMetric, shareMetric } from "./interval.js";

/** What an account is measured on. */
export interface AccountRun {
  readonly model: LoadedModel;
  readonly encodePrompt: PromptEncoder;
  readonly prompts: readonly string[];
  /** One per prompt; by default prompt k is drawn with seed k. */
  readonly seeds?: readonly number[];
  readonly settings: SamplingSettings;
  readonly compile: Compile;
  readonly signal?: AbortSignal;
}

/** A finished picture with its ledger. */
export interface Accounted {
  readonly drawing: Drawing;
  readonly ledger: Ledger;
  readonly seed: number;
}

/**
 * Draws and explains one picture per prompt, short prompts first: those of equal length share a graph.
 * Throws InputError for a network that is not B-cos, CancelledError.
 */
export async function* ledgers(run: AccountRun): AsyncGenerator<Accounted, void, undefined> {
  const { model, encodePrompt, prompts, seeds, settings, compile, signal } = run;
  const encoded = await Promise.all(prompts.map((text) => encodePrompt(text)));
  const inOrder = [...encoded.entries()].sort(([, a], [, b]) => a.count - b.count);
  for (const [index, prompt] of inOrder) {
    throwIfCancelled(signal);
    const seed = seeds?.[index] ?? index;
    const drawing = { model, encodePrompt, prompt, settings, compile };
    const artist = await explainingArtist(drawing);
    try {
      const ledger = ledgerOf(drawing, artist, await lastStep(artist.draw(seed, signal)));
      yield { drawing, ledger, seed };
    } finally {
      await artist.release();
    }
  }
}

/** The documents of `ledgers`. */
export async function* accounts(run: AccountRun): AsyncGenerator<Explanation, void, undefined> {
  for await (const { drawing, ledger, seed } of ledgers(run)) yield documentOf(drawing, ledger, seed);
}

/** What `accountMetrics` reads of an explanation. */
export interface AccountFigures {
  readonly residual: number;
  readonly reconstruction: Pick<Explanation["reconstruction"], "normalisedMse">;
  readonly ledger: Readonly<Record<"tokens" | "noise" | "time" | "mu", number>>;
}

/**
 * How exact and how complete the explanations are: largest residual, mean error of the normalised reconstruction,
 * mean share of each ledger line.
 *
 * `reconstruction.undefined` is the share of pictures that have no normalised reconstruction; the mean is over the others, if any.
 */
export function accountMetrics(explanations: readonly AccountFigures[]): Record<string, Metric> {
  const normalised = explanations.flatMap(({ reconstruction: { normalisedMse } }) =>
    normalisedMse === null ? [] : [normalisedMse],
  );
  const share = (key: "tokens" | "noise" | "time" | "mu") =>
    meanMetric(explanations.map(({ ledger }) => ledger[key]));
  return {
    "residual.max": largestMetric(explanations.map(({ residual }) => residual)),
    ...(normalised.length === 0 ? {} : { "reconstruction.mse": meanMetric(normalised) }),
    "reconstruction.undefined": shareMetric(
      explanations.map(({ reconstruction }) => reconstruction.normalisedMse === null),
    ),
    "mass.tokens": share("tokens"),
    "mass.noise": share("noise"),
    "mass.time": share("time"),
    "mass.mu": share("mu"),
  };
}
