import { basename, dirname } from "node:path";
import { UsageError } from "../../errors.js";
import { SCENE_SEED } from "../../evaluate/localisation-scenes.js";
import { loadModel } from "../../files/model.js";
import { openPromptEncoder } from "../../files/prompt-encoder.js";
import { checkOutputs } from "../../files/write.js";
import { calibrationFor } from "../../generate/neglect.js";
import { DEFAULT_SAMPLING } from "../../generate/sampling.js";
import { version } from "../../version.js";
import { defineCommand } from "../command.js";
import { makeReport, reportFiles } from "../explanations/report.js";
import type { SectionRun } from "../explanations/section.js";
import { SECTIONS } from "../explanations/sections.js";
import { SCENES, sizesOf } from "../explanations/sizes.js";
import { openLanes } from "../lanes.js";
import { printMetrics } from "../metrics.js";
import { flag, integer, path, text } from "../options.js";
import { reportOptions } from "../reports/opening.js";
import { judgeOf } from "../reports/until-aligned.js";

export const evaluateExplanations = defineCommand({
  positionals: { model: text("MODEL", "name of a bundled model, or a model's folder", "emoji") },
  options: {
    quick: flag(`fewer samples: at most ten minutes on two cores (--count ${SCENES.quick})`),
    count: integer(
      "K",
      `scenes of localisation, to which everything else is in proportion; default: ${SCENES.full}`,
      { min: 2, max: 10_000 },
      undefined,
    ),
    out: path("FILE", "the report; a JSON file of its figures is written beside it", "report.html"),
    ...reportOptions,
  },
  examples: [
    {
      line: "pellucid evaluate explanations emoji --quick --out report.html",
      does: "how good are its explanations, beside those of every other method? in ten minutes",
    },
    {
      line: "pellucid evaluate explanations emoji --out report.html",
      does: "the same with narrow intervals; takes hours, and goes on where Ctrl-C stopped it",
    },
  ],
  async run({ positionals, options }, io) {
    const { quick, out, steps, guidance, device, threads, json, quiet } = options;
    if (quick && options.count !== undefined)
      throw new UsageError(`--quick is --count ${SCENES.quick}; got both; leave one out`);
    const count = options.count ?? (quick ? SCENES.quick : SCENES.full);
    const files = reportFiles(out);
    const names = Object.values(files).map((file) => basename(file));
    checkOutputs(dirname(out), names, "replace");
    const model = loadModel(positionals.model);
    const { count: lanes, compile } = openLanes({ device, threads });
    const encodePrompt = await openPromptEncoder(model.config, {
      textWeights: options["text-weights"],
      compile,
    });
    const sampling = { ...DEFAULT_SAMPLING, steps, guidance };
    const sizes = sizesOf(count);
    const run: SectionRun = { model, encodePrompt, compile, settings: sampling, sizes };
    const settings = {
      ...{ model: model.config.name, digest: model.digest, pellucid: version, device },
      ...{ ...sampling, count, sizes, seeds: SEEDS },
      judge: judgeOf(calibrationFor(model, sampling)),
    };
    const command = commandLine(positionals.model, count, options);
    const wanted = { sections: SECTIONS, run, lanes, files, settings, command };
    const measured = await makeReport(wanted, io, quiet);
    if (json) printMetrics(measured, "json", io);
    else for (const file of Object.values(files)) io.stdout.write(`${file}\n`);
  },
});

/** What is drawn from which seed; prompt k of the grammar is drawn with seed k. */
const SEEDS = { scenes: SCENE_SEED, prompts: 0, bootstrap: 0, randomWeights: 0 } as const;

/** The command that makes this report again, its defaults left out. */
function commandLine(
  model: string,
  count: number,
  { out, steps, guidance, device }: { out: string; steps: number; guidance: number; device: string },
): string {
  const size = count === SCENES.full ? [] : count === SCENES.quick ? ["--quick"] : ["--count", String(count)];
  const changed = [
    ...(steps === DEFAULT_SAMPLING.steps ? [] : ["--steps", String(steps)]),
    ...(guidance === 1 ? [] : ["--guidance", String(guidance)]),
    ...(device === "cpu" ? [] : ["--device", device]),
  ];
  return ["pellucid evaluate explanations", model, ...size, ...changed, "--out", basename(out)].join(" ");
}
