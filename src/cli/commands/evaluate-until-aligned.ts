import { MAX_SEED } from "../../diffusion/random.js";
import { calibrationFor } from "../../generate/neglect.js";
import { defineCommand } from "../command.js";
import { printMetrics } from "../metrics.js";
import { integer, text } from "../options.js";
import { reportOptions, runReport } from "../reports/opening.js";
import { judgeOf, measureAlignment, untilAligned } from "../reports/until-aligned.js";

/** What `generate --until-aligned` gains, and what it costs. */
export const evaluateUntilAligned = defineCommand({
  positionals: { model: text("MODEL", "name of a bundled model, or a model's folder", "emoji") },
  options: {
    count: integer("K", "prompts", { min: 1, max: 4000 }, untilAligned.count),
    "max-tries": integer("N", "seeds of each prompt", { min: 1, max: 100 }, 8),
    seed: integer(
      "N",
      "seed of the first picture; each prompt has seeds of its own",
      { min: 0, max: MAX_SEED },
      0,
    ),
    ...reportOptions,
  },
  examples: [
    {
      line: "pellucid evaluate until-aligned emoji --count 20",
      does: "does it pay to try seeds until all that was asked for is there?",
    },
  ],
  async run({ positionals, options }, io) {
    const { seed, json } = options;
    const maxTries = options["max-tries"];
    const given = { ...options, model: positionals.model };
    const { found, settings } = await runReport(given, untilAligned.doing, io, async (run) => ({
      metrics: await measureAlignment(run, { seed, maxTries }),
      judge: judgeOf(calibrationFor(run.model, run.settings)),
    }));
    const { metrics, judge } = found;
    printMetrics({ metrics, settings: { ...settings, seed, maxTries, judge } }, json ? "json" : "table", io);
  },
});
