import { deriveSeed } from "../../diffusion/random.js";
import { UsageError } from "../../errors.js";
import type { NeglectCalibration } from "../../model/neglect-calibration.js";
import { version } from "../../version.js";
import type { Metric } from "../interval.js";
import type { Seen } from "./drawn.js";
import { fitNeglect, type NeglectFit } from "./fit.js";
import { contentMetrics, neglectMetrics } from "./metrics.js";
import { type Observation, type ObservingRun, observe } from "./observe.js";
import { neglectPrompts } from "./prompts.js";
import { type JudgedPicture, judgedPicture, unjudgedPicture } from "./words.js";

/** Prompts of which each half holds some of every source. */
const LEAST_PROMPTS = 10;

/** What a classifier sees in pictures [6, H, W]. */
export type See = (pictures: readonly Float32Array[]) => Promise<readonly Seen[]>;

/** What is needed to measure detectors of ignored words, or to calibrate one. */
export interface NeglectRun extends Omit<ObservingRun, "prompts"> {
  /** Of the first picture; picture k has seed + k. */
  readonly seed: number;
  readonly onProgress: (done: number) => void;
}

/** Figures, and the calibration that they are of. */
export interface NeglectEvaluation {
  readonly metrics: Record<string, Metric>;
  readonly calibration: NeglectCalibration;
}

/**
 * Draws prompts of the grammar and such with words that training never shows, fits detectors of ignored words on one half and
 * measures them on the other.
 *
 * Throws UsageError for fewer than 10 prompts, InputError for a network that is not B-cos, CancelledError.
 */
export async function evaluateNeglect(
  run: NeglectRun & { readonly count: number; readonly see: See },
): Promise<NeglectEvaluation> {
  checkPromptCount(run.count);
  const indices = Array.from({ length: run.count }, (_, index) => index);
  return evaluationOf(run, await judgedPictures(run, indices));
}

/** Throws UsageError for fewer prompts than can be halved. */
export function checkPromptCount(count: number): void {
  if (count < LEAST_PROMPTS)
    throw new UsageError(
      `count must be at least ${LEAST_PROMPTS}, to fit on one half and measure on the other; got ${count}`,
    );
}

/** The pictures of some of the `count` prompts, by index, beside what the classifier sees in them. */
export async function judgedPictures(
  run: NeglectRun & { readonly count: number; readonly see: See },
  indices: readonly number[],
): Promise<JudgedPicture[]> {
  const prompts = neglectPrompts(run.count);
  const observations = await observed(
    run,
    indices.map((index) => ({ index, caption: prompts[index]!.caption })),
  );
  const seen = await run.see(observations.map(({ picture }) => picture));
  return observations.map((each, i) => judgedPicture(each, prompts[each.index]!, seen[i]!));
}

/** Fits on the pictures of one half and measures on those of the other. */
export function evaluationOf(
  run: Pick<NeglectRun, "model" | "settings">,
  pictures: readonly JudgedPicture[],
): NeglectEvaluation {
  const fit = fitNeglect(pictures.filter(({ half }) => half === "fit"));
  const reported = pictures.filter(({ half }) => half === "report");
  return {
    metrics: { ...neglectMetrics(fit, reported), ...contentMetrics(pictures) },
    calibration: calibrationOf(run, fit),
  };
}

/**
 * Calibrates on prompts of one's own, where no classifier tells which words are drawn: all of them pass for drawn.
 *
 * Throws UsageError if no prompt holds a word that names something, and as `evaluateNeglect` for the rest.
 */
export async function calibrateNeglect(
  run: NeglectRun & { readonly prompts: readonly string[] },
): Promise<NeglectEvaluation> {
  const pictures = (
    await observed(
      run,
      run.prompts.map((caption, index) => ({ caption, index })),
    )
  ).map(unjudgedPicture);
  if (pictures.every(({ words }) => words.every(({ judged }) => judged === null)))
    throw new UsageError("prompts must hold words that name something; got none; add some");
  return { metrics: contentMetrics(pictures), calibration: calibrationOf(run, fitNeglect(pictures)) };
}

/** In the order of the prompts, of which each has its place in a list and by that its seed. */
async function observed(
  run: NeglectRun,
  places: readonly { readonly caption: string; readonly index: number }[],
): Promise<Observation[]> {
  const prompts = places.map(({ caption, index }) => ({ caption, seed: deriveSeed(run.seed, index) }));
  const observations: Observation[] = [];
  for await (const observation of observe({ ...run, prompts })) {
    observations.push({ ...observation, index: places[observation.index]!.index });
    run.onProgress(observations.length);
  }
  return observations.sort((a, b) => a.index - b.index);
}

function calibrationOf(
  { model, settings }: Pick<NeglectRun, "model" | "settings">,
  fit: NeglectFit,
): NeglectCalibration {
  const { sampler, steps, spacing, last, eta, guidance } = settings;
  return {
    format: "pellucid-neglect",
    version: 1,
    pellucid: version,
    model: { name: model.config.name, digest: model.digest },
    settings: { sampler, steps, spacing, last, eta, guidance },
    ...fit,
  };
}
