import { rowOfKind, runSources } from "../../explain/sources.js";
import { flopsOf } from "../../graph/flops.js";
import { denoiseGraph, explainGraph } from "../../model/graphs.js";
import type { ModelConfig } from "../../model/model-config.js";
import type { Metric } from "../interval.js";
import { bootstrap, bootstrapMean } from "../statistics/bootstrap.js";
import { mean } from "../statistics/summary.js";
import { bestOf, type Played, playUntilAligned } from "./play.js";
import type { FullTry } from "./tries.js";

/** The tries of one prompt, and how many plain runs an explained one costs. */
export interface CostedTries {
  readonly tries: readonly FullTry[];
  readonly explaining: number;
}

/** What ways of trying come to on one prompt: shares of success, and costs. */
interface Outcome extends Played {
  readonly single: number;
  readonly bestOfN: number;
  readonly any: number;
  readonly explainedRuns: number;
}

/**
 * Trying until aligned beside single tries, and beside the best of as many tries as that costs, picked by the same judge.
 *
 * `untilAligned.success`, `.single`, `.bestOfN`, `.any` (some seed of all succeeds) are shares of prompts whose picture shows all
 * that was asked for; `.gain` and `.gain.bestOfN` the part of the single tries' failures that is removed; `.cost` is in runs,
 * a single try being 1, `.cost.explained` that of the whole, with the account of the picture that is kept, beside one explained
 * run; `.aligned` how often the judge was content. Prompts are the samples; their tries are averaged first. A gain is left out if
 * single tries never fail.
 */
export async function alignmentMetrics(prompts: readonly CostedTries[]): Promise<Record<string, Metric>> {
  const played = await Promise.all(prompts.map(({ tries }) => playUntilAligned(tries)));
  const most = Math.min(...prompts.map(({ tries }) => tries.length));
  const budget = Math.min(most, mean(played.map(({ runs }) => runs)));
  const outcomes = prompts.map(({ tries, explaining }, i): Outcome => {
    const shown = tries.map(({ shows }) => (shows ? 1 : 0));
    return {
      ...played[i]!,
      single: mean(shown),
      bestOfN: bestOf(tries, Math.max(1, budget)),
      any: Math.max(...shown),
      explainedRuns: explainedRuns(played[i]!.runs, tries, explaining),
    };
  });
  const average = (of: (outcome: Outcome) => number) => bootstrapMean(outcomes.map(of));
  const gain = (of: (outcome: Outcome) => number) => (drawn: readonly Outcome[]) => {
    const failures = 1 - mean(drawn.map(({ single }) => single));
    return failures === 0 ? null : (mean(drawn.map(of)) - 1 + failures) / failures;
  };
  const gains = [
    ["untilAligned.gain", gain(({ success }) => success)],
    ["untilAligned.gain.bestOfN", gain(({ bestOfN }) => bestOfN)],
  ] as const;
  return {
    ...Object.fromEntries(
      gains.flatMap(([name, of]) => (of(outcomes) === null ? [] : [[name, bootstrap(outcomes, of)]])),
    ),
    "untilAligned.single": average(({ single }) => single),
    "untilAligned.success": average(({ success }) => success),
    "untilAligned.bestOfN": average(({ bestOfN }) => bestOfN),
    "untilAligned.any": average(({ any }) => any),
    "untilAligned.aligned": average(({ aligned }) => aligned),
    "untilAligned.cost": average(({ runs }) => runs),
    "untilAligned.cost.explained": average((outcome) => outcome.explainedRuns),
  };
}

/** Where words decide every try has its account; what readers choose by pictures gets one afterwards. */
function explainedRuns(runs: number, tries: readonly FullTry[], explaining: number): number {
  return tries.some(({ look }) => look.by === "words") ? runs : runs / explaining + 1;
}

/** How many plain passes of the network one explained pass costs, for a prompt of so many tokens: by the arithmetic of its products. */
export function explainingCost(config: ModelConfig, tokens: number): number {
  const sources = runSources(tokens);
  const count = Math.max(1, tokens);
  const plan = {
    rows: sources.length,
    tokenRows: Array.from({ length: count }, (_, token) => token),
    timeRow: rowOfKind(sources, "time"),
  };
  const explained = explainGraph(config, plan).outputs;
  const plain = denoiseGraph(config, 1, count).outputs;
  return flopsOf([explained.output, explained.rowsOut]) / flopsOf([plain.output]);
}
