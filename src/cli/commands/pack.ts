import { join } from "node:path";
import type { PairColumns } from "../../dataset/pack/csv.js";
import { listEntries } from "../../dataset/pack/list.js";
import { digestOf, packEntries } from "../../dataset/pack/pack.js";
import { encodeJson, openShardFolder } from "../../dataset/shards/folder.js";
import { totalsOf } from "../../dataset/shards/shard.js";
import { UsageError } from "../../errors.js";
import { writeFileAtomic } from "../../files/write.js";
import { defineCommand } from "../command.js";
import { flag, integer, number, path, paths, required, text } from "../options.js";
import { progressBar, SILENT } from "../progress.js";
import { failureLines, shardTotals } from "../reports/shards.js";

/** Failures shown with their place; all are in the reports. */
const SHOWN = 5;

export const pack = defineCommand({
  positionals: {
    inputs: paths(
      "INPUT...",
      "folders of images with .txt captions, COCO captions (.json), tables (.csv), or WebDataset shards (.tar)",
    ),
  },
  options: {
    out: required(path("DIR", "folder for the shards; packing into it goes on", undefined)),
    images: path("DIR", "where file names in .json and .csv begin; default: beside that file", undefined),
    columns: text("NAMES", "columns of .csv files", "image=image,caption=caption"),
    size: integer("N", "side of the pictures kept, in pixels", { min: 8, max: 1024 }, 64),
    "per-shard": integer("N", "pairs for each shard", { min: 1, max: 100_000 }, 1000),
    "max-megapixels": number("N", "largest picture", { min: 0.001, max: 250 }, 40),
    quiet: flag("say nothing but errors", "q"),
  },
  examples: [
    {
      line: "pellucid data pack annotations/captions_train2017.json --images train2017 --out shards",
      does: "COCO's captions, a pair for each",
    },
    { line: "pellucid data pack photos more-photos pairs.csv --out shards", does: "several inputs in one" },
  ],
  async run({ positionals: { inputs }, options: { out, images, size, quiet, ...options } }, io) {
    const columns = pairColumns(options.columns);
    const entries = await listEntries({ inputs, images, columns });
    openShardFolder(out, {
      from: "pack",
      pairs: digestOf(entries),
      size,
      "per-shard": options["per-shard"],
    });
    const progress = quiet ? SILENT : progressBar(io, "packing", entries.length, "pair");
    const reports = await packEntries({
      entries,
      folder: out,
      perShard: options["per-shard"],
      pictures: { size, maxPixels: Math.round(1e6 * options["max-megapixels"]) },
      signal: io.signal,
      onEntries: progress.update,
    }).finally(progress.end);
    const totals = totalsOf(reports);
    writeFileAtomic(join(out, "report.json"), encodeJson(totals), "replace");
    if (!quiet) io.stderr.write(shardTotals(totals) + failureLines(reports, SHOWN));
    io.stdout.write(`${out}\n`);
  },
});

/** Column names from text such as "image=path,caption=title"; the names of those not given are their own. */
function pairColumns(text: string): PairColumns {
  const columns = { image: "image", caption: "caption" };
  for (const part of text.split(",")) {
    const [role, name, ...more] = part.split("=").map((word) => word.trim());
    if ((role !== "image" && role !== "caption") || name === undefined || name === "" || more.length > 0) {
      throw new UsageError(
        `--columns must be image=NAME,caption=NAME; got ${JSON.stringify(part)}; name the columns of the table`,
      );
    }
    columns[role] = name;
  }
  return columns;
}
