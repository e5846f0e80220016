import {
  commonTokens,
  type TokenRow,
  tokenNames,
  tokenTable,
  tokenTableMetrics,
} from "../../evaluate/token-table.js";
import type { Explanation } from "../../explain/schema.js";
import { tokenTableDrawing } from "../../figure/token-table.js";
import { rasterise } from "../../files/figure.js";
import { loadFont } from "../../files/font.js";
import { DEFAULT_SAMPLING } from "../../generate/sampling.js";
import { defineCommand } from "../command.js";
import { integer, path } from "../options.js";
import { corpusPrompts } from "../paper/prompts.js";
import { type Publication, publicationModel, publicationOptions, publish } from "../paper/publish.js";
import { explained } from "../reports/explained.js";

const HEADER = [
  ...["token", "id", "occurrences", "prompts"],
  ...["eq8", "eq8_low", "eq8_high", "content", "content_low", "content_high"],
];

export const evaluateTables = defineCommand({
  positionals: publicationModel,
  options: {
    count: integer("K", "prompts; default: 200, or all of --prompts", { min: 1, max: 10_000 }, undefined),
    prompts: path("FILE", "prompts, one a line; default: those of the grammar", undefined),
    tokens: integer("K", "most frequent tokens to show and correlate", { min: 1, max: 10_000 }, 100),
    ...publicationOptions(DEFAULT_SAMPLING.steps),
  },
  examples: [
    {
      line: "pellucid evaluate tables emoji --count 200",
      does: "how relevant is each token of the grammar?",
    },
    { line: "pellucid evaluate tables emoji --prompts prompts.txt --json", does: "of prompts of your own" },
  ],
  async run({ positionals, options }, io) {
    const prompts = corpusPrompts(options.prompts, options.count);
    const wanted = { name: "tables", count: prompts.length };
    await publish(wanted, positionals.model, options, io, async (run) =>
      tables(await explained(run, prompts), options.tokens),
    );
  },
});

async function tables(explanations: readonly Explanation[], most: number): Promise<Publication> {
  const rows = tokenTable(explanations);
  const common = commonTokens(rows, most);
  const metrics = tokenTableMetrics(explanations, common);
  const names = tokenNames(common);
  const shown = common.map(({ relevance }, i) => ({
    name: names[i]!,
    prompts: relevance.eq8.n,
    ...relevance,
  }));
  const title = `Mean relevance of ${common.length} tokens over ${explanations.length} prompts`;
  const drawing = tokenTableDrawing(title, shown, [correlationNote(metrics), READING], loadFont());
  return {
    metrics,
    settings: { tokens: most },
    png: await rasterise(drawing),
    rows: [HEADER, ...rows.map(cellsOf)],
    details: { rows },
  };
}

function cellsOf({ text, id, occurrences, relevance }: TokenRow): (string | number | null)[] {
  if (relevance === null) return [text, id, occurrences, 0, null, null, null, null, null, null];
  const { eq8, content } = relevance;
  const measured = [eq8, content].flatMap(({ value, low, high }) => [value, low, high]);
  return [text, id, occurrences, eq8.n, ...measured];
}

const READING =
  "prompts: those that hold the token exactly once (without duplicates), over which the means are; in brackets: 95 % intervals";

function correlationNote(metrics: Publication["metrics"]): string {
  const of = (name: string, label: string) => {
    const found = metrics[`correlation.${name}`];
    if (found === undefined) return `${label} undefined`;
    return `${label} ${found.value.toFixed(3)} [${found.low.toFixed(2)}, ${found.high.toFixed(2)}]`;
  };
  return `Pearson correlation with the number of prompts: ${of("eq8", "Eq. 8")}, ${of("content", "content")}`;
}
