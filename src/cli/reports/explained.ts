import { accounts } from "../../evaluate/account.js";
import type { Explanation } from "../../explain/schema.js";
import { reusing } from "../../runtime/reuse.js";
import type { ReportRun } from "./report.js";

/** A prompt's network and, under guidance, that of the empty prompt; prompts of equal length come one after another. */
const KEPT = 2;

/** Explains every prompt, prompt k drawn with seed k, and counts them as they are done. */
export async function explained(
  { compile: engine, onProgress, ...run }: ReportRun,
  prompts: readonly string[],
): Promise<Explanation[]> {
  const { compile, release } = reusing(engine, KEPT);
  const explanations: Explanation[] = [];
  try {
    for await (const explanation of accounts({ ...run, compile, prompts })) {
      explanations.push(explanation);
      onProgress(explanations.length);
    }
  } finally {
    await release();
  }
  return explanations;
}
