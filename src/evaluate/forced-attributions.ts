import { alphaBars } from "../diffusion/schedule.js";
import { throwIfCancelled } from "../errors.js";
import type { Drawing } from "../generate/draw.js";
import { layoutOf } from "../generate/networks.js";
import { DEFAULT_SAMPLING } from "../generate/sampling.js";
import type { Attribution, Subject } from "../methods/method.js";
import { METHODS, type MethodName } from "../methods/methods.js";
import { prediction } from "../methods/subject.js";
import type { EncodedPrompt } from "../model/prompt-encoder.js";
import type { ForcedLedgersRun } from "./forced-ledgers.js";
import type { ForcedMaps } from "./localisation.js";
import { type ForcedPicture, noisedScene } from "./teacher-forced.js";

/** What is explained: every picture at every time step, 0..999, by one method. */
export interface ForcedRun extends Omit<ForcedLedgersRun, "cases"> {
  readonly method: MethodName;
  readonly cases: readonly ForcedPicture[];
}

/** One prediction from a noised picture. */
export interface ForcedSubject {
  /** Of the case. */
  readonly index: number;
  readonly t: number;
  readonly subject: Subject;
}

/** Predictions that share their compiled networks, and what to compile these for. */
export interface ForcedGroup {
  readonly drawing: Drawing;
  /** By case, and by time within each. */
  readonly subjects: () => Generator<ForcedSubject, void, undefined>;
}

/**
 * The predictions of a run, in groups of captions laid out alike; the longest captions first, so that a method that cannot
 * take them says so before it has worked for long.
 */
export async function forcedGroups(run: Omit<ForcedRun, "method">): Promise<ForcedGroup[]> {
  const { model, encodePrompt, compile, cases, times, signal } = run;
  const bars = alphaBars({ name: model.config.schedule });
  const prompts = await Promise.all(cases.map(({ caption }) => encodePrompt(caption)));
  const layouts = new Map(prompts.map((prompt) => [layoutOf(prompt), prompt]));
  return [...layouts]
    .sort(([, a], [, b]) => b.tokens.length - a.tokens.length)
    .map(([key, layout]) => ({
      drawing: drawingOf({ model, encodePrompt, compile }, layout),
      *subjects() {
        for (const [index, item] of cases.entries()) {
          const prompt = prompts[index]!;
          if (layoutOf(prompt) !== key) continue;
          for (const t of times) {
            const x = noisedScene(item, model.config, bars[t]!); // [6, H, W]
            const subject = prediction({ model, prompt }, { x, t, seed: item.seed }, signal);
            yield { index, t, subject };
          }
        }
      },
    }));
}

/** Guidance is no part of a single prediction under the caption. */
const drawingOf = (
  shared: Pick<Drawing, "model" | "encodePrompt" | "compile">,
  prompt: EncodedPrompt,
): Drawing => ({ ...shared, prompt, settings: { ...DEFAULT_SAMPLING, guidance: 1 } });

/** What a method says of one prediction from a noised picture. */
export interface ForcedAttribution extends ForcedSubject {
  readonly attribution: Attribution;
}

/**
 * Explains one prediction per case and time step by any method (teacher forcing): no sampling, so that no failure to draw is
 * mixed in.
 *
 * Cases of as many tokens come together rather than in order. Throws InputError for a network that the method cannot explain,
 * UsageError for captions that it cannot take, CancelledError.
 */
export async function* forcedAttributions(
  run: ForcedRun,
): AsyncGenerator<ForcedAttribution, void, undefined> {
  for (const { drawing, subjects } of await forcedGroups(run)) {
    throwIfCancelled(run.signal);
    const explainer = await METHODS[run.method].open(drawing);
    try {
      for (const forced of subjects()) {
        throwIfCancelled(run.signal);
        yield { ...forced, attribution: await explainer.explain(forced.subject) };
      }
    } finally {
      await explainer.release();
    }
  }
}

/** The raw maps alone, as localisation scores take them. Throws as `forcedAttributions` does. */
export async function* forcedMaps(run: ForcedRun): AsyncGenerator<ForcedMaps, void, undefined> {
  for await (const { index, t, attribution } of forcedAttributions(run)) {
    yield { index, t, maps: attribution.maps };
  }
}
