import { InputError } from "../../errors.js";
import { importModel } from "../../files/import.js";
import { WEIGHTS } from "../../files/model.js";
import { loadModelConfig } from "../../files/settings.js";
import { openTensorFile } from "../../files/tensor-file.js";
import { checkOutputs } from "../../files/write.js";
import { denoiseGraph } from "../../model/graphs.js";
import { hasEma, matchStateDict, type StateDictMatch } from "../../model/state-dict.js";
import { defineCommand } from "../command.js";
import { choice, flag, path, required, text } from "../options.js";
import { progressBar, SILENT } from "../progress.js";
import { matchReport } from "../reports/import.js";

const STORED_AS = { keep: "keep", float32: "F32", float16: "F16", bfloat16: "BF16" } as const;

export const importCommand = defineCommand({
  positionals: {
    file: required(path("FILE", "a .ckpt, .safetensors or .safetensors.index.json", undefined)),
  },
  options: {
    config: required(
      path(
        "SETTINGS",
        "a bundled model's name, a model's folder, its settings as JSON, or the paper authors' as JSON",
        undefined,
      ),
    ),
    out: required(path("DIR", "folder for the model", undefined)),
    weights: choice(
      ["auto", "ema", "plain"],
      "moving average, weights as trained, or whichever is there",
      "auto",
    ),
    missing: choice(
      ["refuse", "start"],
      "what a parameter that the file lacks is: an error, or its start",
      "refuse",
    ),
    unexpected: choice(["refuse", "drop"], "what a tensor without a place in the network is", "refuse"),
    store: choice(["keep", "float32", "float16", "bfloat16"], "numbers as they are, or rounded", "keep"),
    inert: text("NAMES", "Python names in a .ckpt to pass over, with commas between; never run", undefined),
    force: flag("replace a model that is already there"),
    quiet: flag("say nothing but errors", "q"),
  },
  examples: [
    {
      line: "pellucid import last.ckpt --config bcos-clip-x0 --out runs/bcos",
      does: "a model folder from the paper authors' checkpoint",
    },
  ],
  async run({ positionals: { file }, options }, io) {
    const existing = options.force ? "replace" : "refuse";
    const config = loadModelConfig(options.config);
    checkOutputs(options.out, ["config.json", WEIGHTS], existing);
    const { parameters } = denoiseGraph(config, 1, 1);
    const inert = new Set(options.inert?.split(",") ?? []);
    const opened = await openTensorFile(file, inert);
    try {
      const shapes = new Map([...opened.tensors].map(([name, { shape }]) => [name, shape]));
      const match = matchStateDict(parameters, shapes, options.weights);
      if (!options.quiet) io.stdout.write(matchReport(file, opened.format, match, hasEma(shapes.keys())));
      refuseFaults(match, options, `${file} must hold the network of ${options.config}`);
      const progress = options.quiet ? SILENT : progressBar(io, "writing", parameters.length);
      try {
        await importModel(options.out, {
          config,
          parameters,
          tensors: opened.tensors,
          match,
          storedAs: STORED_AS[options.store],
          existing,
          signal: io.signal,
          onTensor: progress.update,
        });
      } finally {
        progress.end();
      }
    } finally {
      await opened.close();
    }
    io.stdout.write(`${options.out}\n`);
  },
});

/** Throws InputError if something does not fit and was not allowed. */
function refuseFaults(
  { missing, unexpected, misshapen }: StateDictMatch,
  allowed: { readonly missing: "refuse" | "start"; readonly unexpected: "refuse" | "drop" },
  expectation: string,
): void {
  const lacks = allowed.missing === "refuse" && missing.length > 0;
  const exceeds = allowed.unexpected === "refuse" && unexpected.length > 0;
  if (misshapen.length === 0 && !lacks && !exceeds) return;
  const ways = [
    "choose other settings",
    ...(lacks ? ["let missing ones start afresh (--missing start)"] : []),
    ...(exceeds ? ["leave unexpected ones out (--unexpected drop)"] : []),
  ];
  throw new InputError(
    `${expectation}; got ${missing.length} missing, ${unexpected.length} unexpected and ${misshapen.length} of another ` +
      `shape; ${ways.join(", or ")}`,
  );
}
