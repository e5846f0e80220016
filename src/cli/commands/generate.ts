import { join } from "node:path";
import { deriveSeed, MAX_SEED } from "../../diffusion/random.js";
import { InputError, UnalignedError, UsageError } from "../../errors.js";
import { RESIDUAL_LIMIT } from "../../explain/warnings.js";
import { loadModel } from "../../files/model.js";
import { openPromptEncoder } from "../../files/prompt-encoder.js";
import { checkOutputs, writeTogether } from "../../files/write.js";
import type { Drawing } from "../../generate/draw.js";
import { DEFAULT_SAMPLING } from "../../generate/sampling.js";
import { devices, nodeCompiler } from "../../runtime/node.js";
import { describeAspects, makeAligned } from "../aligned.js";
import { calibrated } from "../calibration.js";
import { defineCommand } from "../command.js";
import { fileNames, type Made, makeExplained, makePlain } from "../making.js";
import { choice, flag, integer, number, path, required, text, textWeights } from "../options.js";
import { progressBar, SILENT } from "../progress.js";
import { showExplanation } from "../show.js";

export const generate = defineCommand({
  positionals: { prompt: required(text("PROMPT", "what to draw", undefined)) },
  options: {
    seed: integer(
      "N",
      "seed of the picture; picture k of several has seed N + k",
      { min: 0, max: MAX_SEED },
      0,
    ),
    steps: integer("S", "sampling steps", { min: 1, max: 1000 }, DEFAULT_SAMPLING.steps),
    guidance: number("W", "classifier-free guidance weight; 1 is none", { min: 0, max: 100 }, 1),
    spacing: choice(
      ["trailing", "leading"],
      "which noise levels the steps visit: from the noisiest down, or from the cleanest up",
      DEFAULT_SAMPLING.spacing,
    ),
    last: choice(
      ["one", "first"],
      "where the last step ends: at a clean picture, or at the schedule's lowest noise level",
      DEFAULT_SAMPLING.last,
    ),
    count: integer("K", "pictures to make", { min: 1, max: 10_000 }, 1),
    "until-aligned": flag(
      "try seeds until all that is asked for is there; keep the best; exit code 3 if none is aligned",
    ),
    "max-tries": integer("N", "seeds that --until-aligned tries", { min: 1, max: 1000 }, 8),
    model: text("MODEL", "name of a bundled model, or a model's folder", "emoji"),
    "text-weights": textWeights,
    out: path("DIR", "folder for the files; existing ones are replaced", "out"),
    json: flag("print the explanation as JSON, and nothing else, on stdout"),
    "no-explain": flag("make the picture alone"),
    counterfactuals: flag("make the picture without each word too, and say how far it moves"),
    "save-contributions": flag("write every source's contribution image as safetensors"),
    calibration: path(
      "FILE",
      "how ignored words are told (evaluate neglect --out); default: the model's neglect.json",
      undefined,
    ),
    device: choice(devices, "where to compute", "cpu"),
    quiet: flag("say nothing but errors", "q"),
  },
  examples: [
    { line: 'pellucid generate "a penguin wearing a green hat"', does: "a picture and its account, in out/" },
    { line: 'pellucid generate "a cat on a red background" --seed 7 --count 4', does: "seeds 7 to 10" },
    {
      line: 'pellucid generate "a goat wearing a blue hat" --until-aligned --max-tries 4',
      does: "up to four seeds, until no word is ignored and nothing is missing",
    },
  ],
  async run({ positionals: { prompt: wanted }, options }, io) {
    if (options["no-explain"] && options["save-contributions"]) {
      throw new UsageError("--save-contributions needs the explanation; leave out --no-explain");
    }
    if (options["no-explain"] && options.counterfactuals) {
      throw new UsageError("--counterfactuals needs the explanation; leave out --no-explain");
    }
    if (options["no-explain"] && options.calibration !== undefined) {
      throw new UsageError("--calibration needs the explanation; leave out --no-explain");
    }
    if (options["until-aligned"] && (options["no-explain"] || options.count > 1)) {
      throw new UsageError("--until-aligned makes one explained picture; leave out --no-explain and --count");
    }
    const { steps, guidance, spacing, last } = options;
    const settings = { ...DEFAULT_SAMPLING, steps, guidance, spacing, last };
    const loaded = loadModel(options.model);
    const model = options["no-explain"] ? loaded : calibrated(loaded, settings, options, io);
    const compile = nodeCompiler({ device: options.device });
    const encodePrompt = await openPromptEncoder(model.config, {
      textWeights: options["text-weights"],
      compile,
    });
    const prompt = await encodePrompt(wanted);
    const drawing: Drawing = { model, encodePrompt, prompt, settings, compile };
    const tried = options["until-aligned"] ? options["max-tries"] : options.count;
    const seeds = Array.from({ length: tried }, (_, k) => deriveSeed(options.seed, k));
    const folderOf = (seed: number) =>
      options.count === 1 ? options.out : join(options.out, `seed-${seed}`);
    const names = fileNames(options, prompt.encoding.words.length);
    for (const seed of seeds) checkOutputs(folderOf(seed), names, "replace");
    // The best try may be drawn to its end, and is drawn with its account.
    const runs = seeds.length + (options["until-aligned"] ? 2 : 0);
    const total = settings.steps * runs;
    const progress = options.quiet ? SILENT : progressBar(io, "drawing", total);
    const reports: Made["report"][] = [];
    const make = options["until-aligned"] ? makeAligned : options["no-explain"] ? makePlain : makeExplained;
    try {
      for await (const { seed, made } of make(drawing, seeds, options, progress, io)) {
        const paths = new Map([...made.files].map(([name, bytes]) => [join(folderOf(seed), name), bytes]));
        writeTogether(paths, "replace");
        reports.push(made.report);
        progress.end();
        if (!options.quiet && made.report.format === "pellucid-explanation") {
          showExplanation(made.report, io);
        }
        if (!options.json) for (const path of paths.keys()) io.stdout.write(`${path}\n`);
      }
    } finally {
      progress.end();
    }
    if (options.json) {
      io.stdout.write(`${JSON.stringify(options.count === 1 ? reports[0] : reports, null, 2)}\n`);
    }
    for (const report of reports) {
      checkResidual(report);
      if (options["until-aligned"]) checkAligned(report);
    }
  },
});

/** Throws UnalignedError if no try is aligned. */
function checkAligned(report: Made["report"]): void {
  if (report.format !== "pellucid-explanation") return;
  const tries = report.tries ?? [];
  if (tries.some(({ outcome }) => outcome === "aligned")) return;
  const missing = tries.find(({ seed }) => seed === report.seed)?.missing ?? [];
  const ignored = report.warnings.find(({ code }) => code === "word-ignored");
  const found =
    missing.length > 0
      ? `shows all that is asked for; the best is kept, in which readers miss ${describeAspects(missing)}`
      : `heeds every word; the best is kept${ignored === undefined ? "" : `, of which ${ignored.message}`}`;
  throw new UnalignedError(`none of ${tries.length} tries ${found}; use other words or a larger --max-tries`);
}

/** Throws InputError if the parts do not add up to the picture. */
function checkResidual(report: Made["report"]): void {
  if (report.format !== "pellucid-explanation" || report.residual <= RESIDUAL_LIMIT) return;
  throw new InputError(
    `the contributions must add up to the picture within ${RESIDUAL_LIMIT}; seed ${report.seed} is off by ${report.residual.toExponential(1)}; use --device cpu, or fewer steps or less guidance`,
  );
}
