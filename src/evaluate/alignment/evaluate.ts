import type { Metric } from "../interval.js";
import { halfOf, type NeglectPrompt, neglectPrompts } from "../neglect/prompts.js";
import { alignmentMetrics, type CostedTries, explainingCost } from "./metrics.js";
import { fullTries, type TriesRun } from "./tries.js";

/** Of ten prompts for measuring detectors, those of the half that no detector is fitted on whose words training knows. */
const PER_TEN = 4;

/** Prompts to try until aligned: of the grammar, a quarter of them held-out combinations, none that a detector is fitted on. */
export function alignmentPrompts(count: number): NeglectPrompt[] {
  const prompts = neglectPrompts(10 * Math.ceil(count / PER_TEN));
  return prompts
    .filter(({ source }, index) => halfOf(index) === "report" && source !== "untrained")
    .slice(0, count);
}

type AlignmentRun = Omit<TriesRun, "prompts"> & { readonly count: number };

/** The tries of prompts of the grammar, `count` of them or those of `indices`, by their places. Throws as `fullTries` does. */
export async function costedTries({ count, ...run }: AlignmentRun): Promise<Map<number, CostedTries>> {
  const found = new Map<number, CostedTries>();
  const costs = new Map<number, number>();
  for await (const { index, prompt, tries } of fullTries({ ...run, prompts: alignmentPrompts(count) })) {
    const tokens = prompt.tokens.length;
    const explaining = costs.get(tokens) ?? explainingCost(run.model.config, tokens);
    costs.set(tokens, explaining);
    found.set(index, { tries, explaining });
  }
  return found;
}

/**
 * Measures trying until aligned on prompts of the grammar, by the model's calibration if it has one that holds, or else by the
 * rule of thumb. Throws as `fullTries` does.
 */
export async function evaluateAlignment(run: AlignmentRun): Promise<Record<string, Metric>> {
  return alignmentMetrics(inOrder(await costedTries(run)));
}

/** By place, so that the figures do not depend on the order in which tries were drawn. */
export const inOrder = (found: ReadonlyMap<number, CostedTries>): CostedTries[] =>
  [...found].sort(([a], [b]) => a - b).map(([, each]) => each);
