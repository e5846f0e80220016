import * as z from "zod";
import { alignmentPrompts, costedTries, inOrder } from "../../../evaluate/alignment/evaluate.js";
import { alignmentMetrics } from "../../../evaluate/alignment/metrics.js";
import type { Metric } from "../../../evaluate/interval.js";
import { loadReaders } from "../../../files/classifier.js";
import { calibrationFor } from "../../../generate/neglect.js";
import { intervalChart } from "../../../report/charts.js";
import { formatMetric } from "../../../report/format.js";
import { fragment, paragraph } from "../../../report/html.js";
import { figureTable, metricsTable } from "../../../report/tables.js";
import { openJudge } from "../../judge.js";
import { judgeOf } from "../../reports/until-aligned.js";
import { batchesOf, passesFor } from "../batches.js";
import { defineSection, type Findings } from "../section.js";

const MOST = 4;
const SEED = 0;
const MAX_TRIES = 8;
const GOALS = { gain: 1 / 3, cost: 3 } as const;

/** JSON has no infinity, which stands for a picture without a word to look at. */
const orEndless = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.POSITIVE_INFINITY);

const look = z.discriminatedUnion("by", [
  z.strictObject({
    by: z.literal("words"),
    word: z.int().nullable(),
    level: orEndless,
    rate: z.exactOptional(z.number()),
    standing: orEndless,
    isIgnored: z.boolean(),
  }),
  z.strictObject({ by: z.literal("readers"), missing: z.array(z.string()), standing: z.number() }),
]);
const fullTry = z.strictObject({
  count: z.int(),
  lost: z.strictObject({ step: z.int(), look }).nullable(),
  look,
  shows: z.boolean(),
});

/** Does it pay to try seeds until all that was asked for is there? */
export const untilAligned = defineSection({
  id: "until-aligned",
  title: "Trying until aligned",
  result: z.array(
    z.strictObject({
      index: z.int(),
      costed: z.strictObject({ tries: z.array(fullTry), explaining: z.number() }),
    }),
  ),
  async plan(run) {
    const count = run.sizes.tried;
    const batches = await batchesOf(
      alignmentPrompts(count),
      ({ caption }) => caption,
      run.encodePrompt,
      MOST,
    );
    const isRead = judgeOf(calibrationFor(run.model, run.settings)) === "readers";
    // Tries that readers judge have no account.
    const passes = (players: number, steps: number) =>
      isRead ? steps : passesFor("contributions", players, steps);
    return batches.map(({ name, players, items }) => ({
      name,
      passes: passes(players, items.length * MAX_TRIES * run.settings.steps),
      async run(signal) {
        const { see, release } = await openJudge(run.model, run.compile);
        const indices = items.map(({ index }) => index);
        try {
          const shared = { ...run, count, indices, see, readers: loadReaders(), signal };
          const tries = await costedTries({
            ...shared,
            seed: SEED,
            maxTries: MAX_TRIES,
            onProgress: () => {},
          });
          return [...tries].map(([index, costed]) => ({ index, costed }));
        } finally {
          await release();
        }
      },
    }));
  },
  async finish(_run, results) {
    const found = new Map(results.flat().map(({ index, costed }) => [index, costed]));
    return findings(await alignmentMetrics(inOrder(found)));
  },
});

function findings(metrics: Readonly<Record<string, Metric>>): Findings {
  const gain = metrics["untilAligned.gain"];
  const cost = metrics["untilAligned.cost"];
  const rows = [
    { title: "a single try", figures: [metrics["untilAligned.single"], undefined, undefined] },
    {
      title: "until aligned",
      figures: [metrics["untilAligned.success"], gain, cost],
    },
    {
      title: "best of N, at equal compute",
      figures: [metrics["untilAligned.bestOfN"], metrics["untilAligned.gain.bestOfN"], cost],
    },
    { title: "any of the tries: no choice can reach more", figures: [metrics["untilAligned.any"]] },
  ];
  return {
    metrics,
    goals: [
      {
        what: "Failures of single tries that trying until aligned removes",
        goal: `at least a third, at no more than ${GOALS.cost} times the compute${cost === undefined ? "" : ` (found: ${formatMetric(cost)})`}`,
        figure: gain,
        isReached:
          gain !== undefined && cost !== undefined && gain.value >= GOALS.gain && cost.value <= GOALS.cost,
      },
    ],
    body: fragment(
      paragraph(
        `generate --until-aligned tries seeds until both readers, networks that training asked, recognise what the prompt asks for, or where they do not know its words, until none looks ignored; it gives a try up at the step where something is lost, and keeps the best of ${MAX_TRIES}. A picture succeeds if it shows all that its prompt asks for, by the classifier, which neither training nor choosing ever asks. The rule to beat is the best of N: it draws N seeds to their ends and keeps the one that stands best by the same judge, with N such that both cost the same. All seeds of a prompt are drawn once, and the rules are played on them from each seed on in turn.`,
      ),
      intervalChart(
        rows.flatMap(({ title, figures: [metric] }) =>
          metric === undefined ? [] : [{ label: title, metric, kind: kindOf(title) }],
        ),
        [],
        { title: "Part of the prompts whose picture shows all, with 95 % intervals.", axis: "part" },
      ),
      figureTable({
        caption: "Success, the part of the single tries' failures that is removed, and cost in single tries.",
        head: "rule",
        columns: [{ title: "success" }, { title: "gain" }, { title: "cost" }],
        rows,
      }),
      metricsTable(metrics),
    ),
  };
}

const kindOf = (title: string) => (title === "until aligned" ? "ours" : "other");
