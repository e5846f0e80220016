import { parseColumnNames } from "../../data/laion/columns.js";
import { PAPER_OBJECTS, parseObjects } from "../../data/laion/objects.js";
import { listInputs } from "../../dataset/inputs.js";
import { encodeSelection } from "../../dataset/laion-row.js";
import { countRows, selectRows } from "../../dataset/select.js";
import { checkTarget, writeTogether } from "../../files/write.js";
import { defineCommand } from "../command.js";
import { flag, integer, path, required, text } from "../options.js";
import { progressBar, SILENT } from "../progress.js";
import { selectionReport } from "../reports/selection.js";

export const laionSelect = defineCommand({
  positionals: {
    input: required(
      path(
        "INPUT",
        "Parquet file, folder, pattern in quotes, http(s) address, or .txt list of these",
        undefined,
      ),
    ),
  },
  options: {
    out: required(path("FILE", "Parquet file for the rows selected; FILE.json gets the report", undefined)),
    objects: text(
      "WORDS",
      "objects to look for, with commas; forms of one as wolf=wolf|wolves",
      PAPER_OBJECTS,
    ),
    top: integer(
      "N",
      "rows for each object: those of highest similarity",
      { min: 1, max: 1_000_000 },
      20_000,
    ),
    columns: text("NAMES", "columns with other names than LAION-5B's, as text=caption,url=link", ""),
    force: flag("replace files that are already there"),
    quiet: flag("say nothing but errors", "q"),
  },
  examples: [
    {
      line: 'pellucid data laion select "metadata/*.parquet" --out selection.parquet',
      does: "the paper's 5 x 20,000 pairs from a folder of metadata",
    },
    {
      line: "pellucid data laion select part.parquet --objects wolf=wolf|wolves --top 500 --out wolves.parquet",
      does: "other objects",
    },
  ],
  async run({ positionals: { input }, options: { out, top, force, quiet, ...options } }, io) {
    const existing = force ? "replace" : "refuse";
    const columns = parseColumnNames(options.columns);
    const objects = parseObjects(options.objects);
    const reportFile = `${out}.json`;
    for (const file of [out, reportFile]) checkTarget(file, existing);
    const inputs = await listInputs(input, ".parquet");
    const total = await countRows(inputs, columns, io.signal);
    const progress = quiet ? SILENT : progressBar(io, "reading", total, "row");
    const start = performance.now();
    const { selected, report } = await selectRows({
      inputs,
      columns,
      objects,
      perObject: top,
      signal: io.signal,
      onRows: progress.update,
    }).finally(progress.end);
    const seconds = (performance.now() - start) / 1000;
    const json = `${JSON.stringify({ files: inputs.length, ...report }, null, 2)}\n`;
    const files = new Map([
      [out, encodeSelection(selected)],
      [reportFile, new TextEncoder().encode(json)],
    ]);
    writeTogether(files, existing);
    if (!quiet) io.stderr.write(selectionReport(report, inputs.length, seconds));
    io.stdout.write(`${out}\n`);
  },
});
