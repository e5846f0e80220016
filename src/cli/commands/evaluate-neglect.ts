import { basename, dirname } from "node:path";
import { MAX_SEED } from "../../diffusion/random.js";
import { calibrateNeglect, type NeglectEvaluation } from "../../evaluate/neglect/evaluate.js";
import { neglectFile } from "../../files/neglect.js";
import { checkOutputs, writeFileAtomic } from "../../files/write.js";
import { defineCommand } from "../command.js";
import { printMetrics } from "../metrics.js";
import { integer, path, text } from "../options.js";
import { corpusPrompts } from "../paper/prompts.js";
import { measureNeglect, neglect } from "../reports/neglect.js";
import { reportOptions, runReport } from "../reports/opening.js";
import type { LanedRun } from "../reports/report.js";

/** How well ignored words can be told, and the calibration that `generate` warns by. */
export const evaluateNeglect = defineCommand({
  positionals: { model: text("MODEL", "name of a bundled model, or a model's folder", "emoji") },
  options: {
    count: integer(
      "K",
      "prompts, half to fit on and half to measure on; default: 600, or all of --prompts",
      { min: 1, max: 10_000 },
      undefined,
    ),
    seed: integer("N", "seed of the first picture; picture k has seed N + k", { min: 0, max: MAX_SEED }, 0),
    prompts: path(
      "FILE",
      "prompts of your own, one a line: calibrates on all of them and measures nothing",
      undefined,
    ),
    out: path("FILE", "write the calibration; as MODEL/neglect.json it is what generate warns by", undefined),
    ...reportOptions,
  },
  examples: [
    { line: "pellucid evaluate neglect emoji --count 200", does: "can ignored words be told?" },
    {
      line: "pellucid evaluate neglect runs/mine --out runs/mine/neglect.json",
      does: "and have generate warn of them, for a model of your own",
    },
    {
      line: "pellucid evaluate neglect runs/photos --prompts prompts.txt --out runs/photos/neglect.json",
      does: "for a model of other things than the scenes",
    },
  ],
  async run({ positionals, options }, io) {
    const { seed, prompts: file, out, json } = options;
    if (out !== undefined) checkOutputs(dirname(out), [basename(out)], "replace");
    const prompts = file === undefined ? undefined : corpusPrompts(file, options.count);
    const count = prompts?.length ?? options.count ?? neglect.count;
    const make = (run: LanedRun): Promise<NeglectEvaluation> =>
      prompts === undefined ? measureNeglect(run, seed) : calibrateNeglect({ ...run, seed, prompts });
    const given = { ...options, model: positionals.model, count };
    const { found, settings } = await runReport(given, neglect.doing, io, make);
    if (out !== undefined) writeFileAtomic(out, neglectFile(found.calibration), "replace");
    const { metrics } = found;
    printMetrics({ metrics, settings: { ...settings, seed } }, json ? "json" : "table", io);
    if (out !== undefined && !json) io.stdout.write(`${out}\n`);
  },
});
