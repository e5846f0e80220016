import { loadModel } from "../../files/model.js";
import { openPromptEncoder } from "../../files/prompt-encoder.js";
import { DEFAULT_SAMPLING } from "../../generate/sampling.js";
import { type Device, devices, nodeCompiler } from "../../runtime/node.js";
import { version } from "../../version.js";
import type { Io } from "../io.js";
import { openLanes } from "../lanes.js";
import type { Measured } from "../metrics.js";
import { choice, flag, integer, number, textWeights } from "../options.js";
import { progressBar, SILENT } from "../progress.js";
import type { LanedRun } from "./report.js";

/** The options that all reports take. */
export const reportOptions = {
  steps: integer("S", "sampling steps", { min: 1, max: 1000 }, DEFAULT_SAMPLING.steps),
  guidance: number("W", "classifier-free guidance weight; 1 is none", { min: 0, max: 100 }, 1),
  "text-weights": textWeights,
  device: choice(devices, "where to compute", "cpu"),
  threads: integer("N", "threads; default: one per core", { min: 1, max: 256 }, undefined),
  json: flag("print the metrics as JSON"),
  quiet: flag("say nothing but errors", "q"),
};

/** What a command line says of a report. */
export interface Given {
  readonly model: string;
  readonly count: number;
  readonly steps: number;
  readonly guidance: number;
  readonly "text-weights": string | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
  readonly quiet: boolean;
}

/** Opens a model for a report, shows progress while it runs, and gives what it found and what it was made with. */
export async function runReport<T>(
  given: Given,
  doing: string,
  io: Io,
  make: (run: LanedRun) => Promise<T>,
): Promise<{ readonly found: T; readonly settings: Measured["settings"] }> {
  const { count, steps, guidance, device, threads } = given;
  const model = loadModel(given.model);
  const settings = { ...DEFAULT_SAMPLING, steps, guidance };
  const compile = nodeCompiler({ device, threads });
  const textWeights = given["text-weights"];
  const encodePrompt = await openPromptEncoder(model.config, { textWeights, compile });
  const progress = given.quiet ? SILENT : progressBar(io, doing, count);
  try {
    const onProgress = progress.update;
    const found = await make({
      model,
      encodePrompt,
      compile,
      lanes: openLanes({ device, threads }),
      settings,
      count,
      signal: io.signal,
      onProgress,
    });
    const made = { model: model.config.name, digest: model.digest, pellucid: version, device };
    return { found, settings: { ...made, ...settings, count } };
  } finally {
    progress.end();
  }
}
