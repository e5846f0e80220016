import { type CaseFigures, caseSamples, sampleMean } from "../../../evaluate/case-figures.js";
import {
  RANDOMISED_PARTS,
  randomisationName,
  randomisation as randomised,
} from "../../../evaluate/randomisation.js";
import { METHODS, type MethodName } from "../../../methods/methods.js";
import { curveChart } from "../../../report/charts.js";
import { fragment, paragraph } from "../../../report/html.js";
import { metricsTable } from "../../../report/tables.js";
import { batchesOf, passesFor } from "../batches.js";
import { kindOf } from "../methods.js";
import { defineSection, figuresResult } from "../section.js";
import { heldOutScenes } from "./localisation.js";

const COMPARED = ["contributions", "attention", "gradient"] as const satisfies readonly MethodName[];
const TIME = 500;
/** Of the random weights. */
const SEED = 0;
const MOST = 4;

/** Do maps depend on what was learnt? */
export const randomisation = defineSection({
  id: "randomisation",
  title: "Whether maps depend on what was learnt",
  result: figuresResult,
  async plan(run) {
    const scenes = heldOutScenes(run.sizes.randomised);
    const batches = await batchesOf(scenes, ({ scene }) => scene.caption, run.encodePrompt, MOST);
    return batches.flatMap(({ name, players, items }) =>
      COMPARED.map((method) => ({
        name: `${method}-${name}`,
        passes: (1 + RANDOMISED_PARTS.length) * passesFor(method, players, items.length),
        async run(signal: AbortSignal) {
          const cases = items.map(({ item: { scene, index } }) => ({
            scene,
            caption: scene.caption,
            seed: index,
          }));
          const found: CaseFigures[] = [];
          const wanted = { ...run, method, cases, times: [TIME], seed: SEED, signal };
          for await (const each of randomised(wanted))
            found.push({ ...each, index: items[each.index]!.item.index });
          return found;
        },
      })),
    );
  },
  async finish(_run, results) {
    const book = caseSamples(results.flat());
    const named = COMPARED.flatMap((method) =>
      RANDOMISED_PARTS.flatMap((part) => {
        const name = randomisationName(method, part);
        const samples = book.get(name);
        return samples === undefined ? [] : [{ method, part, name, metric: sampleMean(samples) }];
      }),
    );
    const metrics = Object.fromEntries(named.map(({ name, metric }) => [name, metric]));
    return {
      metrics,
      body: fragment(
        paragraph(
          `A sanity check (Adebayo et al. 2018): the layers of the network, from the output towards the input, are one by one set back to random values, as before training, and the maps are compared with those of the trained network, at t = ${TIME}. The likeness is the rank correlation over pixels. A method whose maps stay alike draws edges, or habits, and not what the network has learnt.`,
        ),
        curveChart(
          named.map(({ method, part, metric }) => ({
            curve: METHODS[method].title,
            kind: kindOf(method),
            x: 100 * part,
            metric,
          })),
          {
            title: "Likeness of raw maps to those of the trained network, with 95 % intervals.",
            axis: "rank correlation",
          },
          "layers randomised, from the output on, in percent",
        ),
        metricsTable(metrics),
      ),
    };
  },
});
