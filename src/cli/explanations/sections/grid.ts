import { MOSAIC_SIDES, type Mosaic, type MosaicSide, mosaic } from "../../../data/mosaic.js";
import { type CaseFigures, caseSamples, type Samples, sampleMean } from "../../../evaluate/case-figures.js";
import { forcedMaps } from "../../../evaluate/forced-attributions.js";
import { GRID_TIMES, mosaicScores, observerMetrics } from "../../../evaluate/grid.js";
import type { Metric } from "../../../evaluate/interval.js";
import { LOCALISATION_TIMES } from "../../../evaluate/localisation.js";
import { SCENE_SEED } from "../../../evaluate/localisation-scenes.js";
import { MAP_TREATMENTS, type MapTreatment } from "../../../explain/map-treatment.js";
import { loadSprites } from "../../../files/sprites.js";
import { METHOD_NAMES, METHODS, type MethodName } from "../../../methods/methods.js";
import { intervalChart } from "../../../report/charts.js";
import { element, fragment, paragraph } from "../../../report/html.js";
import { figureTable, metricsTable } from "../../../report/tables.js";
import { type Batch, batchesOf, CHEAP, DEAR, passesFor, takes } from "../batches.js";
import { kindOf } from "../methods.js";
import { defineSection, type Findings, figuresResult, type SectionRun, type Unit } from "../section.js";
import { verdict } from "../verdict.js";

const MOST = { cheap: 20, dear: 2 } as const;

/** What is to be reached, and what a map that says nothing scores. */
const GOALS: Readonly<Record<MosaicSide, { readonly goal: number; readonly chance: number }>> = {
  2: { goal: 0.8, chance: 1 / 4 },
  3: { goal: 0.65, chance: 1 / 9 },
};

/** Do words point at their own cell of a mosaic? */
export const grid = defineSection({
  id: "grid",
  title: "Mosaics: the grid pointing game",
  result: figuresResult,
  plan: async (run) => [
    ...(await units(run, CHEAP, run.sizes.mosaics, MOST.cheap)),
    ...(await units(run, DEAR, run.sizes.dearMosaics, MOST.dear)),
  ],
  finish: async (run, results) => findings(results.flat(), observed(run)),
});

interface Numbered {
  readonly index: number;
  readonly mosaic: Mosaic;
}

async function units(
  run: SectionRun,
  methods: readonly MethodName[],
  count: number,
  most: number,
): Promise<Unit<CaseFigures[]>[]> {
  const planned = MOSAIC_SIDES.map(async (side) => {
    const mosaics = numbered(side, count);
    const batches = await batchesOf(mosaics, (each) => each.mosaic.caption, run.encodePrompt, most);
    return methods.flatMap((method) =>
      batches
        .filter(({ players }) => takes(method, players))
        .map((batch) => ({
          name: `${side}x${side}-${method}-${batch.name}`,
          passes: passesFor(method, batch.players, batch.items.length * GRID_TIMES.length),
          run: (signal: AbortSignal) => scored(run, method, batch, signal),
        })),
    );
  });
  return (await Promise.all(planned)).flat();
}

function numbered(side: MosaicSide, count: number): Numbered[] {
  const sprites = loadSprites();
  return Array.from({ length: count }, (_, index) => ({
    index,
    mosaic: mosaic(sprites, side, { seed: SCENE_SEED, index }),
  }));
}

/** A mosaic as methods are shown it. */
const forced = ({ index, mosaic: scene }: Numbered) => ({ scene, caption: scene.caption, seed: index });

function observed({ sizes, model }: SectionRun): Record<string, Metric> {
  const cases = MOSAIC_SIDES.flatMap((side) => numbered(side, sizes.mosaics).map(forced));
  return observerMetrics(cases, model.config);
}

async function scored(
  run: SectionRun,
  method: MethodName,
  { items }: Batch<Numbered>,
  signal: AbortSignal,
): Promise<CaseFigures[]> {
  const cases = items.map(({ item }) => forced(item));
  const figures: CaseFigures[] = [];
  for await (const { index, t, maps } of forcedMaps({
    ...run,
    ...{ method, cases, signal },
    times: GRID_TIMES,
  })) {
    const { item, prompt } = items[index]!;
    const played = { ...item.mosaic, encoding: prompt.encoding };
    figures.push({ index: item.index, t, figures: mosaicScores(played, method, maps) });
  }
  return figures;
}

function findings(found: readonly CaseFigures[], observer: Record<string, Metric>): Findings {
  const book = caseSamples(found);
  const nameOf = (side: MosaicSide, method: MethodName, form: MapTreatment) =>
    `grid${side}x${side}.${method}.${form}`;
  const best = (side: MosaicSide): MapTreatment => {
    const value = (form: MapTreatment) => {
      const samples = book.get(nameOf(side, "contributions", form));
      return samples === undefined ? 0 : sampleMean(samples).value;
    };
    return MAP_TREATMENTS.reduce((a, b) => (value(b) > value(a) ? b : a));
  };
  const inBest = (side: MosaicSide, method: MethodName): Samples | undefined =>
    book.get(nameOf(side, method, best(side)));
  const headlines = MOSAIC_SIDES.flatMap((side) =>
    METHOD_NAMES.flatMap((method): [string, Metric][] => {
      const samples = inBest(side, method);
      return samples === undefined ? [] : [[`grid${side}x${side}.${method}`, sampleMean(samples)]];
    }),
  );
  const each = [...book].map(([name, samples]): [string, Metric] => [name, sampleMean(samples)]);
  const metrics = { ...Object.fromEntries([...headlines, ...each]), ...observer };
  const contests = MOSAIC_SIDES.flatMap((side) => {
    const own = inBest(side, "contributions");
    if (own === undefined) return [];
    const others = METHOD_NAMES.filter((method) => method !== "contributions").flatMap((method) =>
      MAP_TREATMENTS.flatMap((form) => {
        const samples = book.get(nameOf(side, method, form));
        return samples === undefined
          ? []
          : [{ name: `${METHODS[method].title.toLowerCase()} (${form})`, samples }];
      }),
    );
    const ours = { name: `contributions (${best(side)})`, samples: own };
    return [{ where: `${side} x ${side}`, ours, others }];
  });
  return {
    metrics,
    goals: MOSAIC_SIDES.map((side) => {
      const figure = metrics[`grid${side}x${side}.contributions`];
      const { goal } = GOALS[side];
      return {
        what: `Grid pointing game, ${side} x ${side}`,
        goal: `at least ${goal.toFixed(2)}`,
        figure,
        isReached: figure !== undefined && figure.value >= goal,
      };
    }),
    body: fragment(
      paragraph(
        `A mosaic of 2 x 2 or 3 x 3 pictures of single things is noised to t = ${GRID_TIMES.join(", ")}, seen through once under a caption that names them all, and every word should act in its own cell. The score is the part of a word's map that lies there; chance is 0.25 and 0.11. Scenes of training look otherwise; a model may have learnt from other mosaics, as the bundled one has. Methods that take hundreds of passes for a prediction play on fewer mosaics, and in small reports not at all.`,
      ),
      element(
        "div",
        { class: "verdict" },
        verdict(contests).map((sentence) => paragraph(sentence)),
      ),
      intervalChart(
        MOSAIC_SIDES.flatMap((side) =>
          METHOD_NAMES.flatMap((method) => {
            const samples = inBest(side, method);
            if (samples === undefined) return [];
            const { title } = METHODS[method];
            const column = `${side} x ${side}`;
            return [{ label: title, metric: sampleMean(samples), kind: kindOf(method), column }];
          }),
        ),
        MOSAIC_SIDES.map((side) => ({ value: GOALS[side].chance, column: `${side} x ${side}` })),
        {
          title: `Part of words' maps in their own cells, with 95 % intervals, in the form that suits contributions best (${MOSAIC_SIDES.map((side) => `${side} x ${side}: ${best(side)}`).join(", ")}); dashed: chance.`,
          axis: "part in the own cell",
        },
      ),
      figureTable({
        caption: "Averaged over the three times; the same treatment for all, one form in each column.",
        head: "method",
        columns: MOSAIC_SIDES.flatMap((side) =>
          MAP_TREATMENTS.map((form) => ({ title: `${side} x ${side}, ${form}`, best: "highest" as const })),
        ),
        rows: METHOD_NAMES.filter((method) => inBest(2, method) !== undefined).map((method) => ({
          title: METHODS[method].title,
          isAside: kindOf(method) === "control",
          figures: MOSAIC_SIDES.flatMap((side) =>
            MAP_TREATMENTS.map((form) => metrics[nameOf(side, method, form)]),
          ),
        })),
      }),
      figureTable({
        caption:
          "At each time, in the form that suits contributions best; and what an observer would score who knows every drawing to the pixel and has only to find out which is in which cell. No map can be expected to score more, so nobody is asked at t = 950.",
        head: "mosaics",
        columns: LOCALISATION_TIMES.map((t) => ({ title: `t = ${t}` })),
        rows: MOSAIC_SIDES.flatMap((side) => [
          {
            title: `${side} x ${side}, contributions (${best(side)})`,
            figures: LOCALISATION_TIMES.map(
              (t) => metrics[`${nameOf(side, "contributions", best(side))}.t${t}`],
            ),
          },
          {
            title: `${side} x ${side}, observer`,
            isAside: true,
            figures: LOCALISATION_TIMES.map((t) => metrics[`grid${side}x${side}.observer.t${t}`]),
          },
        ]),
      }),
      metricsTable(metrics),
    ),
  };
}
