import * as z from "zod";
import { fixedPrompts } from "../../../data/prompts.js";
import { accountMetrics, accounts } from "../../../evaluate/account.js";
import type { Metric } from "../../../evaluate/interval.js";
import { wordMeans } from "../../../evaluate/word-means.js";
import { wordRelevanceMetrics } from "../../../evaluate/word-relevance.js";
import { type Explanation, parseExplanation } from "../../../explain/schema.js";
import { intervalChart } from "../../../report/charts.js";
import { element, fragment, paragraph } from "../../../report/html.js";
import { figureTable, metricsTable } from "../../../report/tables.js";
import { reusing } from "../../../runtime/reuse.js";
import { batchesOf, passesFor } from "../batches.js";
import { defineSection, type Findings } from "../section.js";

const MOST = 20;
/** A prompt's network and, under guidance, that of the empty prompt. */
const KEPT = 2;

/** Do the parts add up, and which words supply content? */
export const account = defineSection({
  id: "account",
  title: "The account: exact parts, and which words supply them",
  result: z.array(z.unknown()),
  async plan(run) {
    const prompts = fixedPrompts(run.sizes.prompts);
    const batches = await batchesOf(prompts, ({ caption }) => caption, run.encodePrompt, MOST);
    return batches.map(({ name, players, items }) => ({
      name,
      passes: passesFor("contributions", players, items.length * run.settings.steps),
      async run(signal) {
        const { compile, release } = reusing(run.compile, KEPT);
        const captions = items.map(({ item }) => item.caption);
        const seeds = items.map(({ index }) => index);
        const found: unknown[] = [];
        try {
          for await (const explanation of accounts({ ...run, compile, prompts: captions, seeds, signal })) {
            const { maps, magnitudes, ...rest } = explanation;
            found.push(rest);
          }
        } finally {
          await release();
        }
        return found;
      },
    }));
  },
  finish: async ({ sizes }, results) =>
    findings(
      results
        .flat()
        .map(parseExplanation)
        .sort((a, b) => a.seed - b.seed),
      fixedPrompts(sizes.prompts),
    ),
});

function findings(explanations: readonly Explanation[], prompts: ReturnType<typeof fixedPrompts>): Findings {
  const exact = accountMetrics(explanations);
  const metrics: Record<string, Metric> = {
    ...exact,
    ...wordRelevanceMetrics(explanations, prompts),
  };
  return {
    metrics,
    body: fragment(
      paragraph(
        `${explanations.length} prompts of the grammar are drawn and explained, prompt k with seed k. The residual is the largest difference, over all pixels, channels and pictures, between the sum of all parts and the picture. The reconstruction is made of the words' parts alone (Eq. 7 of the paper); its error is the mean squared difference from the picture. The mass says who supplied the picture's values.`,
      ),
      figureTable({
        caption: "What the parts come to.",
        head: "figure",
        columns: [{ title: "value" }],
        rows: Object.entries(exact).map(([name, figure]) => ({
          title: ACCOUNT_NAMES[name] ?? name,
          figures: [figure],
        })),
      }),
      element("h3", {}, "Words that say something of the picture, and words that do not"),
      paragraph(
        `Relevance here is a word's content relevance: its part of all that words supply to colours, 0 to 1. A good account gives "a", "of" and "wearing" little; how often a content word's mean is above a function word's is measured below, with ignored words.`,
      ),
      intervalChart(
        wordMeans(explanations).map(({ text, isContent, relevance }) => ({
          label: text,
          metric: relevance,
          kind: isContent ? ("ours" as const) : ("control" as const),
        })),
        [],
        {
          title:
            "Mean content relevance of every word with its 95 % interval; blue: content words, gray: function words.",
          axis: "content relevance",
        },
      ),
      metricsTable(metrics),
    ),
  };
}

const ACCOUNT_NAMES: Readonly<Record<string, string>> = {
  "residual.max": "largest |sum of parts - picture|",
  "reconstruction.mse": "mean squared error of the normalised reconstruction",
  "reconstruction.undefined": "share of pictures without one",
  "mass.tokens": "mass from the words",
  "mass.noise": "mass from the starting noise",
  "mass.time": "mass from the time embedding",
  "mass.mu": "mass from the process mean",
};
