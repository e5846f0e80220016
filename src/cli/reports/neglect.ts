import {
  checkPromptCount,
  evaluationOf,
  judgedPictures,
  type NeglectEvaluation,
} from "../../evaluate/neglect/evaluate.js";
import { neglectPrompts } from "../../evaluate/neglect/prompts.js";
import type { JudgedPicture } from "../../evaluate/neglect/words.js";
import { inLanes, type Job } from "../../in-lanes.js";
import { checkJudged, openJudge } from "../judge.js";
import type { LanedRun, Report } from "./report.js";

/** Pictures that are drawn one after another; those of prompts of equal length share their networks. */
const PIECE = 20;

/** Can words that a picture ignores be told by their relevance? Figures, and the calibration that they are of. */
export async function measureNeglect(run: LanedRun, seed: number): Promise<NeglectEvaluation> {
  const { count, lanes, encodePrompt, onProgress } = run;
  checkPromptCount(count);
  checkJudged(run.model);
  const encoded = await Promise.all(neglectPrompts(count).map(({ caption }) => encodePrompt(caption)));
  const byLength = [...encoded.keys()].sort((a, b) => encoded[a]!.count - encoded[b]!.count);
  const pictures: JudgedPicture[] = [];
  let done = 0;
  const job =
    (indices: readonly number[]): Job =>
    async (signal) => {
      const { see, release } = await openJudge(run.model, lanes.compile);
      try {
        const share = { ...run, compile: lanes.compile, seed, see, signal };
        const drawn = { ...share, onProgress: () => onProgress(++done) };
        for (const [i, picture] of (await judgedPictures(drawn, indices)).entries())
          pictures[indices[i]!] = picture;
      } finally {
        await release();
      }
    };
  const pieces = Array.from({ length: Math.ceil(count / PIECE) }, (_, k) =>
    job(byLength.slice(k * PIECE, (k + 1) * PIECE)),
  );
  await inLanes(lanes.count, pieces, run.signal);
  return evaluationOf(run, pictures);
}

/** Can words that a picture ignores be told by their relevance? Prompt k is drawn with seed k. */
export const neglect: Report = {
  doing: "explaining",
  count: 600,
  takesMethod: false,
  metrics: async (run) => (await measureNeglect(run, 0)).metrics,
};
