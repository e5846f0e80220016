import { fixedPrompts } from "../../data/prompts.js";
import { accountMetrics, accounts } from "../../evaluate/account.js";
import { wordRelevanceMetrics } from "../../evaluate/word-relevance.js";
import type { Explanation } from "../../explain/schema.js";
import { reusing } from "../../runtime/reuse.js";
import type { Report } from "./report.js";

/** A prompt's network and, under guidance, that of the empty prompt; prompts of equal length come one after another. */
const KEPT = 2;

/** Do the parts add up, and do they redraw the picture? Prompt k of the grammar is drawn with seed k. */
export const account: Report = {
  doing: "explaining",
  count: 200,
  takesMethod: false,
  async metrics({ count, onProgress, compile: engine, ...run }) {
    const { compile, release } = reusing(engine, KEPT);
    const fixed = fixedPrompts(count);
    const prompts = fixed.map(({ caption }) => caption);
    const explanations: Explanation[] = [];
    try {
      for await (const explanation of accounts({ ...run, compile, prompts })) {
        explanations.push(explanation);
        onProgress(explanations.length);
      }
    } finally {
      await release();
    }
    return { ...accountMetrics(explanations), ...wordRelevanceMetrics(explanations, fixed) };
  },
};
