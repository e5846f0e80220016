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
 * Figures are named by `randomisationName`; null where no learnt map varies. Throws as `forcedMaps` does.
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

/** Mean over the words whose learnt maps vary; a constant map is like none of them. */
function likeness(learnt: ForcedMaps, random: ForcedMaps): number | null {
  const correlations = learnt.maps.flatMap((map, word) =>
    map.every((value) => value === map[0]) ? [] : [spearman([...map], [...random.maps[word]!]) ?? 0],
  );
  return correlations.length === 0 ? null : mean(correlations);
}
