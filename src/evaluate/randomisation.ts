import type { CaseFigures } from "./case-figures.js";
import { type ForcedRun, forcedMaps } from "./forced-attributions.js";
import type { ForcedMaps } from "./localisation.js";
import { cascade } from "./randomised-weights.js";
import { spearman } from "./statistics/correlation.js";
import { mean } from "./statistics/summary.js";

/** Parts of the layers that are randomised, from the output on. */
export const RANDOMISED_PARTS = [0.1, 0.25, 0.5, 0.75, 1] as const;

/** The name of a figure: `randomisation.METHOD.layers25`, with a quarter of the layers as before training. */
export const randomisationName = (method: string, part: number): string =>
  `randomisation.${method}.layers${Math.round(100 * part)}`;

/**
 * Whether maps depend on what was learnt: the rank correlation over pixels, -1..1, of raw maps with those of the same network
 * whose layers are randomised one by one from the output on, averaged over words (Adebayo et al. 2018).
 *
 * Figures are named by `randomisationName`; null where a map is constant. Throws as `forcedMaps` does.
 */
export async function* randomisation(
  run: ForcedRun & { readonly seed: number },
): AsyncGenerator<CaseFigures, void, undefined> {
  const learnt = new Map<string, ForcedMaps>();
  for await (const found of forcedMaps(run)) learnt.set(keyOf(found), found);
  const stages = [...cascade(run.model, run.seed)];
  for (const part of RANDOMISED_PARTS) {
    const { weights } = stages[Math.ceil(part * stages.length) - 1]!;
    for await (const found of forcedMaps({ ...run, model: { ...run.model, weights } })) {
      const figures = { [randomisationName(run.method, part)]: likeness(learnt.get(keyOf(found))!, found) };
      yield { index: found.index, t: found.t, figures };
    }
  }
}

const keyOf = ({ index, t }: ForcedMaps): string => `${index} ${t}`;

/** Mean over the words whose maps vary. */
function likeness(a: ForcedMaps, b: ForcedMaps): number | null {
  const correlations = a.maps.map((map, word) => spearman([...map], [...b.maps[word]!]));
  const defined = correlations.filter((value) => value !== null);
  return defined.length === 0 ? null : mean(defined);
}
