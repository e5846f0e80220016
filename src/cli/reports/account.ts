import { fixedPrompts } from "../../data/prompts.js";
import { accountMetrics } from "../../evaluate/account.js";
import { wordRelevanceMetrics } from "../../evaluate/word-relevance.js";
import { explained } from "./explained.js";
import type { Report } from "./report.js";

/** Do the parts add up, and do they redraw the picture? Prompt k of the grammar is drawn with seed k. */
export const account: Report = {
  doing: "explaining",
  count: 200,
  takesMethod: false,
  async metrics(run) {
    const prompts = fixedPrompts(run.count);
    const explanations = await explained(
      run,
      prompts.map(({ caption }) => caption),
    );
    return { ...accountMetrics(explanations), ...wordRelevanceMetrics(explanations, prompts) };
  },
};
