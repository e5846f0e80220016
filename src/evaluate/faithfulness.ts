import { throwIfCancelled } from "../errors.js";
import { pictureDistance } from "../explain/counterfactual.js";
import { releaseAll } from "../generate/draw.js";
import type { SamplingSettings } from "../generate/sampling.js";
import { completenessError } from "../methods/completeness.js";
import type { Attribution, Explainer, Subject } from "../methods/method.js";
import { METHODS, type MethodName } from "../methods/methods.js";
import { openPainter, type Painter } from "../methods/painter.js";
import { playersOf } from "../methods/players.js";
import { finishedPicture } from "../methods/subject.js";
import type { CaseFigures } from "./case-figures.js";
import { type ForcedGroup, type ForcedRun, forcedGroups } from "./forced-attributions.js";
import { deletionCurve, insertionCurve, type MaskingEffect } from "./scores/deletion.js";
import { sensitivityN } from "./scores/sensitivity-n.js";
import { sparseness } from "./scores/sparseness.js";
import { mean } from "./statistics/summary.js";

/** Most subsets of half of the players that are masked. */
const SUBSETS = 32;

/** What is scored: predictions from noised pictures, by several methods that share what masking does. */
export interface FaithfulnessRun extends Omit<ForcedRun, "method"> {
  readonly methods: readonly MethodName[];
}

/**
 * How far methods' figures agree with what masking does to the same prediction, per case and time step.
 *
 * `deletion.auc.METHOD`, `insertion.auc.METHOD`, `sensitivity.one.METHOD`, `sensitivity.half.METHOD`, `sparseness.METHOD`, and for
 * methods with parts `completeness.METHOD`. A player's relevance is the sum of its raw map. Throws as `forcedAttributions`
 * does.
 */
export async function* faithfulness(run: FaithfulnessRun): AsyncGenerator<CaseFigures, void, undefined> {
  for (const group of await forcedGroups(run)) yield* scored(group, run);
}

/** The same of finished pictures, prompt k drawn with its seed: masking a word changes all that follows. Their `t` is 0. */
export async function* runFaithfulness(
  run: Omit<FaithfulnessRun, "cases" | "times"> & {
    readonly settings: SamplingSettings;
    readonly orders: readonly { readonly prompt: string; readonly seed: number }[];
  },
): AsyncGenerator<CaseFigures, void, undefined> {
  const { model, encodePrompt, compile, settings, orders, signal } = run;
  for (const [index, { prompt, seed }] of orders.entries()) {
    const drawing = { model, encodePrompt, compile, settings, prompt: await encodePrompt(prompt) };
    const subjects = function* () {
      yield { index, t: 0, subject: finishedPicture(drawing, seed, signal) };
    };
    yield* scored({ drawing, subjects }, run);
  }
}

async function* scored(
  { drawing, subjects }: ForcedGroup,
  { methods, signal }: Pick<FaithfulnessRun, "methods" | "signal">,
): AsyncGenerator<CaseFigures, void, undefined> {
  throwIfCancelled(signal);
  const explainers: { readonly method: MethodName; readonly explainer: Explainer }[] = [];
  let painter: Painter | undefined;
  try {
    for (const method of methods) explainers.push({ method, explainer: await METHODS[method].open(drawing) });
    painter = await openPainter(drawing);
    for (const { index, t, subject } of subjects()) {
      const effect = await maskingEffect(painter, subject);
      const figures: Record<string, number | null> = {};
      for (const { method, explainer } of explainers) {
        throwIfCancelled(signal);
        const attribution = await explainer.explain(subject);
        const relevance = attribution.maps.map((map) => map.reduce((total, value) => total + value, 0));
        const scores = effect === null ? {} : await maskingScores(relevance, effect);
        Object.assign(figures, named({ ...scores, ...mapScores(attribution) }, method));
      }
      yield { index, t, figures };
    }
  } finally {
    await releaseAll([...explainers.map(({ explainer }) => explainer), painter]);
  }
}

/**
 * What masking players does to a prediction, as a part of what masking all does: its distance from the picture of all, over
 * that of the picture of none. Null if the players change nothing at all.
 */
async function maskingEffect({ paint }: Painter, subject: Subject): Promise<MaskingEffect | null> {
  const players = playersOf(subject.prompt);
  const all = await paint(subject, players);
  const whole = pictureDistance(all, await paint(subject, []));
  if (whole === 0) return null;
  const known = new Map<string, number>();
  return async (masked) => {
    const key = masked.toSorted((a, b) => a - b).join();
    const before = known.get(key);
    if (before !== undefined) return before;
    const left = players.filter((_, player) => !masked.includes(player));
    const found = pictureDistance(all, await paint(subject, left)) / whole;
    known.set(key, found);
    return found;
  };
}

/** Scores of the players' relevance against the effect of masking them; sensitivity is null where it is undefined. */
export async function maskingScores(
  relevance: readonly number[],
  effect: MaskingEffect,
): Promise<Record<string, number | null>> {
  const half = Math.max(1, Math.round(relevance.length / 2));
  return {
    "deletion.auc": (await deletionCurve(relevance, effect)).area,
    "insertion.auc": (await insertionCurve(relevance, effect)).area,
    "sensitivity.one": await sensitivityN(relevance, effect, 1),
    "sensitivity.half": await sensitivityN(relevance, effect, half, { limit: SUBSETS }),
  };
}

/** Scores that need no masking: how concentrated the maps are, and whether the parts add up to what they promise. */
export function mapScores({ maps, account }: Attribution): {
  readonly sparseness: number | null;
  readonly completeness: number | null;
} {
  const concentrated = maps.map(sparseness).filter((value) => value !== null);
  return {
    sparseness: concentrated.length === 0 ? null : mean(concentrated),
    completeness: account === undefined ? null : completenessError(account.parts, account.whole).relative,
  };
}

const named = (
  scores: Readonly<Record<string, number | null>>,
  method: MethodName,
): Record<string, number | null> =>
  Object.fromEntries(Object.entries(scores).map(([name, value]) => [`${name}.${method}`, value]));
