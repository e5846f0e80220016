import { fixedPrompts } from "../../../data/prompts.js";
import { type CaseFigures, caseSamples, sampleMean } from "../../../evaluate/case-figures.js";
import { faithfulness as faithfulnessOf, runFaithfulness } from "../../../evaluate/faithfulness.js";
import type { Metric } from "../../../evaluate/interval.js";
import { LOCALISATION_TIMES } from "../../../evaluate/localisation.js";
import { METHOD_NAMES, METHODS, type MethodName } from "../../../methods/methods.js";
import { intervalChart } from "../../../report/charts.js";
import { element, fragment, type Html, paragraph } from "../../../report/html.js";
import { figureTable, metricsTable } from "../../../report/tables.js";
import { batchesOf, CHEAP, DEAR, passesFor, takes } from "../batches.js";
import { kindOf } from "../methods.js";
import { defineSection, type Findings, figuresResult, type SectionRun, type Unit } from "../section.js";
import { heldOutScenes } from "./localisation.js";

const MOST = { cheap: 10, dear: 2, redrawn: 1 } as const;

/** Subsets of words that are masked for one subject. */
const MASKED = 60;

/** Whole runs are explained by these; the others would take thousands of passes for each. */
const WHOLE_RUN = ["contributions", "attention", "gradient", "occlusion", "random"] as const;

/** Do a method's figures agree with what masking words does? */
export const faithfulness = defineSection({
  id: "deletion",
  title: "Whether figures agree with what masking words does",
  result: figuresResult,
  async plan(run) {
    const { masked, dearMasked } = run.sizes;
    return [
      ...(await fixed(run, CHEAP, masked, MOST.cheap)),
      ...(await fixed(run, DEAR, dearMasked, MOST.dear)),
      ...(await free(run)),
    ];
  },
  finish: async (_run, results) => findings(results.flat()),
});

/** The trajectory is held fixed: one prediction of a noised scene. */
async function fixed(
  run: SectionRun,
  methods: readonly MethodName[],
  count: number,
  most: number,
): Promise<Unit<CaseFigures[]>[]> {
  const batches = await batchesOf(heldOutScenes(count), ({ scene }) => scene.caption, run.encodePrompt, most);
  return batches.map(({ name, players, items }) => {
    const own = methods.filter((method) => takes(method, players));
    const predictions = items.length * LOCALISATION_TIMES.length;
    const explaining = own.reduce((total, method) => total + passesFor(method, players, predictions), 0);
    const cases = items.map(({ item: { scene, index } }) => ({ scene, caption: scene.caption, seed: index }));
    return {
      name: `${methods[0]}-${name}`,
      passes: explaining + MASKED * predictions,
      async run(signal) {
        const wanted = { ...run, methods: own, cases, times: LOCALISATION_TIMES, signal };
        return await indexed(faithfulnessOf(wanted), (index) => items[index]!.item.index);
      },
    };
  });
}

/** The trajectory is free: a word that is masked changes every step that follows. */
async function free(run: SectionRun): Promise<Unit<CaseFigures[]>[]> {
  const prompts = fixedPrompts(run.sizes.redrawn);
  const batches = await batchesOf(prompts, ({ caption }) => caption, run.encodePrompt, MOST.redrawn);
  return batches.map(({ name, players, items }) => {
    const explaining = WHOLE_RUN.reduce(
      (total, method) => total + passesFor(method, players, items.length * run.settings.steps),
      0,
    );
    const orders = items.map(({ item, index }) => ({ prompt: item.caption, seed: index }));
    return {
      name: `free-${name}`,
      passes: explaining + MASKED * run.settings.steps * items.length,
      async run(signal) {
        const found = await indexed(
          runFaithfulness({ ...run, orders, methods: WHOLE_RUN, signal }),
          (index) => items[index]!.index,
        );
        return found.map((each) => ({ ...each, figures: prefixed("free.", each.figures) }));
      },
    };
  });
}

async function indexed(
  found: AsyncIterable<CaseFigures>,
  indexOf: (index: number) => number,
): Promise<CaseFigures[]> {
  const figures: CaseFigures[] = [];
  for await (const each of found) figures.push({ ...each, index: indexOf(each.index) });
  return figures;
}

const prefixed = <Value>(prefix: string, values: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));

const SCORES = [
  { name: "deletion.auc", title: "deletion ↓", best: "lowest" },
  { name: "insertion.auc", title: "insertion ↑", best: "highest" },
  { name: "sensitivity.one", title: "sensitivity-1 ↑", best: "highest" },
  { name: "sensitivity.half", title: "sensitivity-n, half ↑", best: "highest" },
] as const;

function findings(found: readonly CaseFigures[]): Findings {
  const entries = [...caseSamples(found)]
    // a finished picture has no time of its own
    .filter(([name]) => !(name.startsWith("free.") && name.endsWith(".t0")))
    .map(([name, samples]): [string, Metric] => [name, sampleMean(samples)]);
  const metrics = Object.fromEntries(entries);
  return {
    metrics,
    body: fragment(
      paragraph(
        "A method gives every word a figure: the sum of its raw map. Masking some words changes the picture by a distance, in terms of what masking all of them changes. Deletion masks words from most to least relevant: the area below the falling likeness is small if the ranking is right. Insertion puts them back in that order: its area is large. Both are a half if all words are equal. Sensitivity-n is the correlation, over subsets of n words, of their summed figures with what masking them changes; -1 to 1. Occlusion asks nearly what sensitivity-1 asks, so it should lead there.",
      ),
      element("h3", {}, "The trajectory held fixed"),
      paragraph(
        "One prediction of a noised real scene, the same noise for all; averaged over the four times within each scene.",
      ),
      scoreTable(metrics, ""),
      chart(metrics, ""),
      element("h3", {}, "The trajectory free"),
      paragraph(
        "Whole pictures of one seed, drawn again without some of the words. Small causes have large effects on the way, so all figures are lower. Methods that would take thousands of passes for a picture are left out.",
      ),
      scoreTable(metrics, "free."),
      element("h3", {}, "Completeness and concentration"),
      paragraph(
        "Completeness: what the parts miss of what they should add up to, in terms of that whole; 0 is exact. Contributions are held against the picture less what noise, time and mean supplied; the others against the picture less that of no word. Sparseness: Gini index of the raw maps, 0 if spread evenly; it says nothing about whether the place is right.",
      ),
      figureTable({
        caption: "Per prediction, trajectory held fixed.",
        head: "method",
        columns: [{ title: "completeness error ↓", best: "lowest" }, { title: "sparseness" }],
        rows: rowsOf(metrics, (method) => [
          metrics[`completeness.${method}`],
          metrics[`sparseness.${method}`],
        ]),
      }),
      metricsTable(metrics),
    ),
  };
}

const rowsOf = (
  metrics: Readonly<Record<string, Metric>>,
  figures: (method: MethodName) => (Metric | undefined)[],
) =>
  METHOD_NAMES.filter((method) => metrics[`deletion.auc.${method}`] !== undefined).map((method) => ({
    title: METHODS[method].title,
    figures: figures(method),
    isAside: kindOf(method) === "control",
  }));

function scoreTable(metrics: Readonly<Record<string, Metric>>, prefix: string): Html {
  const rows = rowsOf(metrics, (method) => SCORES.map(({ name }) => metrics[`${prefix}${name}.${method}`]));
  return figureTable({
    caption: "↓ small is good, ↑ large is good.",
    head: "method",
    columns: SCORES.map(({ title, best }) => ({ title, best })),
    rows: rows.filter(({ figures }) => figures.some((figure) => figure !== undefined)),
  });
}

function chart(metrics: Readonly<Record<string, Metric>>, prefix: string): Html {
  const marks = SCORES.slice(0, 3).flatMap(({ name, title }) =>
    METHOD_NAMES.flatMap((method) => {
      const metric = metrics[`${prefix}${name}.${method}`];
      if (metric === undefined) return [];
      return [{ label: METHODS[method].title, metric, kind: kindOf(method), column: title }];
    }),
  );
  const references = [
    { value: 0.5, column: SCORES[0].title },
    { value: 0.5, column: SCORES[1].title },
    { value: 0, column: SCORES[2].title },
  ];
  return intervalChart(marks, references, {
    title:
      "Deletion, insertion and sensitivity-1 with 95 % intervals, the trajectory held fixed; dashed: what a ranking that says nothing scores.",
    axis: "score",
  });
}
