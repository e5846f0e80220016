import { join } from "node:path";
import { parseColumnNames } from "../../data/laion/columns.js";
import { isPublic, systemResolve } from "../../dataset/download/addresses.js";
import { downloadSelection } from "../../dataset/download/download.js";
import { openSelection } from "../../dataset/download/selection.js";
import { fileDigest } from "../../dataset/file-digest.js";
import { openInput } from "../../dataset/inputs.js";
import { encodeJson, openShardFolder } from "../../dataset/shards/folder.js";
import { totalsOf } from "../../dataset/shards/shard.js";
import { writeFileAtomic } from "../../files/write.js";
import { version } from "../../version.js";
import { defineCommand } from "../command.js";
import { flag, integer, number, path, required, text } from "../options.js";
import { progressBar, SILENT } from "../progress.js";
import { shardTotals } from "../reports/shards.js";

/** Lengths of pauses. */
const SECONDS = { min: 0, max: 3600 };

export const laionDownload = defineCommand({
  positionals: {
    selection: required(path("SELECTION", "Parquet file of `data laion select`", undefined)),
  },
  options: {
    out: required(path("DIR", "folder for the shards; a download in it goes on", undefined)),
    size: integer("N", "side of the pictures kept, in pixels", { min: 8, max: 1024 }, 64),
    "per-shard": integer("N", "rows of the selection for each shard", { min: 1, max: 100_000 }, 1000),
    concurrency: integer("N", "images fetched at a time", { min: 1, max: 1024 }, 32),
    "connect-timeout": number("S", "seconds until a connection stands", { min: 0.01, max: 600 }, 10),
    timeout: number(
      "S",
      "seconds for one attempt at an image, redirects included",
      { min: 0.01, max: 3600 },
      30,
    ),
    retries: integer("N", "attempts after the first, where they may help", { min: 0, max: 20 }, 3),
    pause: number("S", "seconds before the second attempt; each pause is twice the last", SECONDS, 1),
    "longest-pause": number("S", "give an image up that asks for a longer pause", SECONDS, 60),
    redirects: integer("N", "redirects followed", { min: 0, max: 20 }, 5),
    "max-megabytes": number("N", "largest file", { min: 0.001, max: 1000 }, 20),
    "max-megapixels": number("N", "largest picture", { min: 0.001, max: 250 }, 40),
    "allow-private": flag("fetch from private, loopback and link-local addresses too"),
    "ignore-robots-tag": flag("take images whose server forbids it (X-Robots-Tag: noai, noimageai)"),
    "user-agent": text("TEXT", "how servers are told who asks", `pellucid/${version}`),
    columns: text("NAMES", "columns with other names than LAION-5B's, as text=caption,url=link", ""),
    quiet: flag("say nothing but errors", "q"),
  },
  examples: [
    {
      line: "pellucid data laion download selection.parquet --out shards",
      does: "fetch the images; the same line goes on after a stop",
    },
  ],
  async run({ positionals: { selection: file }, options: { out, size, quiet, ...options } }, io) {
    const columns = parseColumnNames(options.columns);
    const source = await openInput(file, io.signal);
    try {
      const selection = await openSelection(source, file, columns);
      openShardFolder(out, {
        from: "laion download",
        selection: await fileDigest(source),
        url: columns.url,
        text: columns.text,
        size,
        "per-shard": options["per-shard"],
      });
      const progress = quiet ? SILENT : progressBar(io, "fetching", selection.rows, "image");
      const reports = await downloadSelection({
        selection,
        folder: out,
        perShard: options["per-shard"],
        pictures: { size, maxPixels: Math.round(1e6 * options["max-megapixels"]) },
        rules: {
          resolve: systemResolve,
          isPermitted: options["allow-private"] ? () => true : isPublic,
          connectTimeout: 1000 * options["connect-timeout"],
          timeout: 1000 * options.timeout,
          maxRedirects: options.redirects,
          maxBytes: Math.round(1e6 * options["max-megabytes"]),
          forbidding: options["ignore-robots-tag"] ? [] : ["noai", "noimageai"],
          userAgent: options["user-agent"],
        },
        retries: {
          retries: options.retries,
          pause: 1000 * options.pause,
          longestPause: 1000 * options["longest-pause"],
        },
        concurrency: options.concurrency,
        signal: io.signal,
        onEntries: progress.update,
      }).finally(progress.end);
      const totals = totalsOf(reports);
      writeFileAtomic(join(out, "report.json"), encodeJson(totals), "replace");
      if (!quiet) io.stderr.write(shardTotals(totals));
    } finally {
      await source.close();
    }
    io.stdout.write(`${out}\n`);
  },
});
