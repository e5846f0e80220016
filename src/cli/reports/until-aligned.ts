import { evaluateAlignment } from "../../evaluate/alignment/evaluate.js";
import type { Metric } from "../../evaluate/interval.js";
import { loadReaders } from "../../files/classifier.js";
import type { NeglectCalibration } from "../../model/neglect-calibration.js";
import { openJudge } from "../judge.js";
import type { Report, ReportRun } from "./report.js";

/** Who says which pictures are aligned, where every word is one of the scenes'. */
export const judgeOf = (calibration: NeglectCalibration | undefined): string =>
  calibration === undefined ? "rule of thumb" : calibration.judged ? "readers" : "calibration";

/** How often trying until aligned gives what was asked for, beside single tries and the best of as many as it costs. */
export async function measureAlignment(
  run: ReportRun,
  { seed, maxTries }: { readonly seed: number; readonly maxTries: number },
): Promise<Record<string, Metric>> {
  const { see, release } = await openJudge(run.model, run.compile);
  try {
    const onProgress = (pictures: number) => run.onProgress(Math.floor(pictures / maxTries));
    return await evaluateAlignment({ ...run, seed, maxTries, see, readers: loadReaders(), onProgress });
  } finally {
    await release();
  }
}

/** Does trying until aligned pay? Eight seeds of each prompt. */
export const untilAligned: Report = {
  doing: "trying",
  count: 100,
  takesMethod: false,
  metrics: (run) => measureAlignment(run, { seed: 0, maxTries: 8 }),
};
