import { join } from "node:path";
import type { Metric } from "../../evaluate/interval.js";
import { csvFile } from "../../files/csv.js";
import { loadModel } from "../../files/model.js";
import { openPromptEncoder } from "../../files/prompt-encoder.js";
import { checkOutputs, writeTogether } from "../../files/write.js";
import { DEFAULT_SAMPLING } from "../../generate/sampling.js";
import { type Device, devices, nodeCompiler } from "../../runtime/node.js";
import { version } from "../../version.js";
import type { Io } from "../io.js";
import { printMetrics } from "../metrics.js";
import { choice, flag, integer, number, path, text, textWeights } from "../options.js";
import { progressBar, SILENT } from "../progress.js";
import type { ReportRun } from "../reports/report.js";

/** What comes of a table or a figure of the paper. */
export interface Publication {
  readonly metrics: Readonly<Record<string, Metric>>;
  /** What it was made of, beside the sampling settings. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly png: Uint8Array;
  /** The first row names the columns. */
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** What the JSON file holds beside metrics and settings. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** The argument that every table and figure takes. */
export const publicationModel = {
  model: text("MODEL", "name of a bundled model, or a model's folder", "emoji"),
};

/** The options that every table and figure takes; `steps` is the default. */
export const publicationOptions = (steps: number) => ({
  steps: integer("S", "sampling steps", { min: 1, max: 1000 }, steps),
  guidance: number("W", "classifier-free guidance weight; 1 is none", { min: 0, max: 100 }, 1),
  "text-weights": textWeights,
  device: choice(devices, "where to compute", "cpu"),
  threads: integer("N", "threads; default: one per core", { min: 1, max: 256 }, undefined),
  out: path("DIR", "folder for the PNG, CSV and JSON; existing ones are replaced", "out"),
  json: flag("print the metrics as JSON"),
  quiet: flag("say nothing but errors", "q"),
});

/** A publication's name, which its files and its command bear, and how many pictures it takes. */
export interface Wanted {
  readonly name: string;
  readonly count: number;
}

/** What those options say. */
export interface PublicationSettings {
  readonly steps: number;
  readonly guidance: number;
  readonly "text-weights": string | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
  readonly out: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Throws InputError if a publication's three files can't be written. */
export function checkPublication(name: string, out: string): void {
  checkOutputs(out, Object.values(fileNames(name)), "replace");
}

const fileNames = (name: string) => ({ png: `${name}.png`, csv: `${name}.csv`, json: `${name}.json` });

/** Writes a publication's three files together, and prints its metrics. */
export function present(
  name: string,
  made: Publication,
  { out, json }: Pick<PublicationSettings, "out" | "json">,
  io: Io,
): void {
  const files = fileNames(name);
  const measured = { metrics: made.metrics, settings: made.settings };
  const details = `${JSON.stringify({ ...measured, ...made.details }, null, 2)}\n`;
  const written = new Map([
    [join(out, files.png), made.png],
    [join(out, files.csv), csvFile(made.rows)],
    [join(out, files.json), new TextEncoder().encode(details)],
  ]);
  writeTogether(written, "replace");
  printMetrics(measured, json ? "json" : "table", io);
  if (!json) for (const file of written.keys()) io.stdout.write(`${file}\n`);
}

/** Opens a model, has the publication made with it, writes its three files together, and prints its metrics. */
export async function publish(
  { name, count }: Wanted,
  modelName: string,
  given: PublicationSettings,
  io: Io,
  make: (run: ReportRun) => Promise<Publication>,
): Promise<void> {
  const { steps, guidance, device, threads, quiet } = given;
  checkPublication(name, given.out);
  const model = loadModel(modelName);
  const sampling = { ...DEFAULT_SAMPLING, steps, guidance };
  const compile = nodeCompiler({ device, threads });
  const textWeights = given["text-weights"];
  const encodePrompt = await openPromptEncoder(model.config, { textWeights, compile });
  const progress = quiet ? SILENT : progressBar(io, "explaining", count);
  try {
    const made = await make({
      model,
      encodePrompt,
      compile,
      settings: sampling,
      count,
      signal: io.signal,
      onProgress: progress.update,
    });
    progress.end();
    const used = { model: model.config.name, digest: model.digest, pellucid: version, device };
    present(name, { ...made, settings: { ...used, ...sampling, count, ...made.settings } }, given, io);
  } finally {
    progress.end();
  }
}
