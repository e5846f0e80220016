import { evaluateNeglect, type NeglectEvaluation } from "../../evaluate/neglect/evaluate.js";
import { openJudge } from "../judge.js";
import type { Report, ReportRun } from "./report.js";

/** Can words that a picture ignores be told by their relevance? Figures, and the calibration that they are of. */
export async function measureNeglect(run: ReportRun, seed: number): Promise<NeglectEvaluation> {
  const { see, release } = await openJudge(run.model, run.compile);
  try {
    return await evaluateNeglect({ ...run, seed, see });
  } finally {
    await release();
  }
}

/** Can words that a picture ignores be told by their relevance? Prompt k is drawn with seed k. */
export const neglect: Report = {
  doing: "explaining",
  count: 600,
  takesMethod: false,
  metrics: async (run) => (await measureNeglect(run, 0)).metrics,
};
