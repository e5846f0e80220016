import { throwIfCancelled } from "../errors.js";
import { pictureDistance } from "../explain/counterfactual.js";
import { completenessError } from "../methods/completeness.js";
import type { Attribution, Subject } from "../methods/method.js";
import { METHODS, type MethodName } from "../methods/methods.js";
import { openPainter, type Painter } from "../methods/painter.js";
import { playersOf } from "../methods/players.js";
import type { CaseFigures } from "./case-figures.js";
import { type ForcedRun, forcedGroups } from "./forced-attributions.js";
import { deletionCurve, insertionCurve, type MaskingEffect } from "./scores/deletion.js";
import { sensitivityN } from "./scores/sensitivity-n.js";
import { sparseness } from "./scores/sparseness.js";
import { mean } from "./statistics/summary.js";

/** Most subsets of half of the players that are masked. */
const SUBSETS = 32;

/**
 * How far a method's figures agree with what masking does to the same prediction, per case and time step.
 *
 * `deletion.auc.METHOD`, `insertion.auc.METHOD`, `sensitivity.one.METHOD`, `sensitivity.half.METHOD`, `sparseness.METHOD`, and for
 * methods with parts `completeness.METHOD`. A player's relevance is the sum of its raw map. Throws as `forcedAttributions`
 * does.
 */
export async function* faithfulness(run: ForcedRun): AsyncGenerator<CaseFigures, void, undefined> {
  for (const { drawing, subjects } of await forcedGroups(run)) {
    throwIfCancelled(run.signal);
    const explainer = await METHODS[run.method].open(drawing);
    const painter = await openPainter(drawing).catch(async (error: unknown) => {
      await explainer.release();
      throw error;
    });
    try {
      for (const { index, t, subject } of subjects()) {
        throwIfCancelled(run.signal);
        const attribution = await explainer.explain(subject);
        const effect = await maskingEffect(painter, subject);
        const relevance = attribution.maps.map((map) => map.reduce((total, value) => total + value, 0));
        const scores = effect === null ? {} : await maskingScores(relevance, effect);
        yield { index, t, figures: named({ ...scores, ...mapScores(attribution) }, run.method) };
      }
    } finally {
      await Promise.all([explainer.release(), painter.release()]);
    }
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
    const key = masked.join();
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
