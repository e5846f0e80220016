import * as z from "zod";
import type { Metric } from "../../../evaluate/interval.js";
import { evaluationOf, judgedPictures } from "../../../evaluate/neglect/evaluate.js";
import { neglectPrompts } from "../../../evaluate/neglect/prompts.js";
import { EVIDENCE, RELEVANCE_FORMS } from "../../../model/neglect-calibration.js";
import { intervalChart } from "../../../report/charts.js";
import { fragment, paragraph } from "../../../report/html.js";
import { figureTable, metricsTable } from "../../../report/tables.js";
import { openJudge } from "../../judge.js";
import { batchesOf, passesFor } from "../batches.js";
import { defineSection, type Findings } from "../section.js";

const MOST = 20;
/** Of the first picture. */
const SEED = 0;
const GOALS = { neglect: 0.9, content: 0.95 } as const;

const forms = z.record(z.enum(RELEVANCE_FORMS), z.number());
const judgedPicture = z.strictObject({
  half: z.enum(["fit", "report"]),
  isCorpus: z.boolean(),
  words: z.array(
    z.strictObject({
      text: z.string(),
      forms,
      judged: z
        .strictObject({
          evidence: z.record(z.enum(EVIDENCE), z.number()),
          early: z.array(forms),
          drawn: z.boolean().nullable(),
          untrained: z.boolean(),
        })
        .nullable(),
    }),
  ),
});

/** Can words that a picture ignores be told by their relevance? */
export const neglect = defineSection({
  id: "neglect",
  title: "Words that are ignored",
  result: z.array(z.strictObject({ index: z.int(), picture: judgedPicture })),
  async plan(run) {
    const count = run.sizes.judged;
    const batches = await batchesOf(neglectPrompts(count), ({ caption }) => caption, run.encodePrompt, MOST);
    return batches.map(({ name, players, items }) => ({
      name,
      // explained once, and drawn again without each word
      passes:
        passesFor("contributions", players, items.length * run.settings.steps) +
        passesFor("occlusion", players, (items.length * run.settings.steps) / 2),
      async run(signal) {
        const { see, release } = await openJudge(run.model, run.compile);
        const indices = items.map(({ index }) => index);
        try {
          const wanted = { ...run, count, see, seed: SEED, signal, onProgress: () => {} };
          const pictures = await judgedPictures(wanted, indices);
          return pictures.map((picture, i) => ({ index: indices[i]!, picture }));
        } finally {
          await release();
        }
      },
    }));
  },
  async finish(run, results) {
    const inOrder = results.flat().sort((a, b) => a.index - b.index);
    return findings(
      evaluationOf(
        run,
        inOrder.map(({ picture }) => picture),
      ).metrics,
    );
  },
});

function findings(metrics: Readonly<Record<string, Metric>>): Findings {
  const goals = [
    {
      what: "Ignored words told from the account alone (AUROC)",
      figure: metrics["neglect.auroc"],
      least: GOALS.neglect,
    },
    {
      what: "Content words above function words by mean relevance (AUROC)",
      figure: metrics["content.auroc"],
      least: GOALS.content,
    },
  ];
  const shown = [
    ["account, all forms", metrics["neglect.auroc"], "ours"],
    ["with deletion", metrics["neglect.deletion.auroc"], "ours"],
    ...RELEVANCE_FORMS.map((form) => [`${form} alone`, metrics[`neglect.${form}.auroc`], "other"] as const),
    ["content, uncalibrated", metrics["neglect.uncalibrated.auroc"], "control"],
  ] as const;
  return {
    metrics,
    goals: goals.map(({ what, figure, least }) => ({
      what,
      figure,
      goal: `at least ${least.toFixed(2)}`,
      isReached: figure !== undefined && figure.value >= least,
    })),
    body: fragment(
      paragraph(
        "Can a word that the picture ignores be told by its account? No fixed limit does, for words differ: so each word's relevance, in several forms, is held against what words like it usually have, and the percentiles are joined into one figure, with weights that are fitted on one half of the prompts. All figures here are of the other half. Whether a word was drawn says a classifier of the scenes, which knows nothing of the network; things that training never shows (shark, helmet) count as ignored. AUROC is how often an ignored word looks more ignored than a drawn one; half is chance.",
      ),
      intervalChart(
        shown.flatMap(([label, metric, kind]) => (metric === undefined ? [] : [{ label, metric, kind }])),
        [{ value: 0.5 }],
        {
          title: "AUROC of detectors of ignored words, with 95 % intervals; dashed: chance.",
          axis: "AUROC",
        },
      ),
      figureTable({
        caption:
          "At the operating point: a threshold set on the first half so that 5 % of the words that were drawn raise a false alarm.",
        head: "detector",
        columns: ["AUROC", "average precision", "recall", "false alarms"].map((title) => ({ title })),
        rows: [
          { title: "account alone", prefix: "neglect" },
          { title: "with the pictures without each word", prefix: "neglect.deletion" },
        ].map(({ title, prefix }) => ({
          title,
          figures: ["auroc", "averagePrecision", "recallAt5", "falseAlarms"].map(
            (name) => metrics[`${prefix}.${name}`],
          ),
        })),
      }),
      figureTable({
        caption:
          "How often a word that names something has a higher mean relevance than one that does not (AUROC over words), and how many of the judged words are ignored.",
        head: "figure",
        columns: [{ title: "value" }],
        rows: [
          { title: "content words, by content", figures: [metrics["content.auroc"]] },
          { title: "content words, by Eq. 8", figures: [metrics["content.auroc.eq8"]] },
          { title: "part of the words that is ignored", figures: [metrics["neglect.ignored"]] },
        ],
      }),
      metricsTable(metrics),
    ),
  };
}
