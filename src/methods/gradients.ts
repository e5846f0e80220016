import { type Drawing, releaseAll } from "../generate/draw.js";
import { type Explainer, fromParts, type Method, type Subject } from "./method.js";
import { openPainter } from "./painter.js";
import { playersOf, sumByPlayer } from "./players.js";
import { openTangents } from "./tangents.js";

/** Steps of the path from no prompt to the prompt. */
export const PATH_STEPS = 50;

/**
 * Gradient x input of every output value at once: its derivative along the word's vectors, gates and all.
 *
 * For one output value v, that is sum over the vector's components of dv/dc times c; forward mode gives it for all values of
 * the picture, where reverse mode would take one sweep for each.
 */
export const gradient: Method = {
  title: "Gradient × input",
  shows: "the picture's derivative along the word's vectors",
  completeness: "the picture less that of no word; nothing promises it",
  cost: (words) => ({ calls: 3, passes: 3 + words }),
  open: (drawing) => openPath(drawing, [1]),
};

/**
 * Integrated gradients from no prompt to the prompt (Sundararajan et al. 2017), by the midpoints of 50 steps.
 *
 * The path multiplies all token vectors by 0..1; at 0 they say as little as masked tokens do.
 */
export const integratedGradients: Method = {
  title: "Integrated gradients",
  shows: "the same, averaged over 50 strengths of the whole prompt between none and full",
  completeness: "the picture less that of no word, but for the width of the 50 steps",
  cost: (words) => ({ calls: PATH_STEPS + 2, passes: PATH_STEPS * (1 + words) + 2 }),
  open: (drawing) => openPath(drawing, midpoints(PATH_STEPS)),
};

/** Middles of so many equal parts of 0..1. */
export const midpoints = (steps: number): number[] =>
  Array.from({ length: steps }, (_, step) => (step + 0.5) / steps);

/** Derivatives averaged over strengths of the prompt. */
async function openPath(drawing: Drawing, strengths: readonly number[]): Promise<Explainer> {
  const tangents = await openTangents(drawing);
  const painter = await openPainter(drawing);

  async function meanTangents(subject: Subject): Promise<Float32Array> {
    const mean = new Float64Array(subject.prompt.tokens.length * subject.xT.length); // [K, 6, H, W]
    for (const strength of strengths) {
      const rows = await tangents.along(subject, strength);
      for (let i = 0; i < mean.length; i++) mean[i]! += rows[i]! / strengths.length;
    }
    return Float32Array.from(mean);
  }

  return {
    async explain(subject) {
      const players = playersOf(subject.prompt);
      const all = await painter.paint(subject, players);
      const none = await painter.paint(subject, []);
      return fromParts({
        parts: sumByPlayer(players, await meanTangents(subject), all.length),
        whole: all.map((value, i) => value - none[i]!),
      });
    },
    release: () => releaseAll([tangents, painter]),
  };
}
