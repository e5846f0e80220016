import { LOCALISATION_TIMES } from "../../../evaluate/localisation.js";
import { figureTable } from "../../../report/tables.js";
import { deletion } from "../../reports/deletion.js";
import { reportSection } from "../report-section.js";

/** Do words get as much as deleting them changes? */
export const wordEffects = reportSection({
  id: "word-effects",
  title: "Completeness is not causality",
  report: deletion,
  countOf: ({ deleted }) => deleted,
  passesEach: 160,
  about: [
    "An account adds up by construction. Whether a word acts as much as it is given is another question, for a word also turns the gates that other parts pass. For every content word of noised scenes, its contribution is held against what deleting it changes: the prediction less that with the word masked.",
    "Rank: correlation of both sizes over a caption's content words; 1 is the same order. Mismatch: squared difference of both, pixel by pixel, over the squared effect; 0 where they agree, 1 for an account that gives words nothing, more for one that is worse than none.",
  ],
  figures: (metrics) => [
    figureTable({
      caption: "Contributions against deletion.",
      head: "figure",
      columns: [
        ...LOCALISATION_TIMES.map((t) => ({ title: `rank, t = ${t}` })),
        { title: "mismatch, all times" },
      ],
      rows: [
        {
          title: "Contributions",
          figures: [
            ...LOCALISATION_TIMES.map((t) => metrics[`deletion.rank.t${t}`]),
            metrics["deletion.mismatch"],
          ],
        },
      ],
    }),
  ],
});
