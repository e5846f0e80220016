import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { InputError } from "../src/errors.js";
import type { SamplingReport } from "./full-sample.js";
import type { TrainingReport } from "./full-train.js";
import { machine } from "./machine.js";
import type { FullWork, Part } from "./settings.js";

/** What a process reports of one part of one model, beside the figures of that part. */
export type PartReport = { readonly model: string; readonly machine: string; readonly peak_mb: number } & (
  | TrainingReport
  | SamplingReport
);

const worker = fileURLToPath(new URL("./full-worker.ts", import.meta.url));

/** Measures models at full size on random weights, one process after the other: there is no memory for two. */
export function* measureFull({ full, parts, ...work }: FullWork): Generator<PartReport, void, undefined> {
  for (const model of full) for (const part of parts) yield measurePart(model, part, work);
}

function measurePart(model: string, part: Part, work: Omit<FullWork, "full" | "parts">): PartReport {
  const steps = part === "train" ? work.trainingSteps : work.steps;
  const { status, signal, output } = spawnSync(
    process.execPath,
    ["--import", "tsx", worker, model, part, String(steps), String(work.threads)],
    { stdio: ["ignore", "inherit", "inherit", "pipe"], encoding: "utf8" },
  );
  if (status !== 0) {
    const how =
      signal === null ? "its own message is above" : `it was ended by ${signal}, for want of memory perhaps`;
    throw new InputError(`${part} of ${model} failed; ${how}`);
  }
  return { model, machine: machine(), ...JSON.parse(output[3] ?? "") };
}

/** A report for people. */
export function fullLines(report: PartReport): string {
  const name = `${report.model}, ${report.peak_mb} MiB at most`;
  if (report.part === "train") {
    const { losses, seconds, compile_s, parameters } = report;
    const steps = losses.map((loss, i) => `loss ${loss.toFixed(5)} in ${seconds[i]!.toFixed(1)} s`);
    return `${name}: ${parameters.toLocaleString("en")} parameters, compiled in ${compile_s.toFixed(0)} s, steps of 1 picture: ${steps.join(", ")}`;
  }
  const { forward_ms, gflops_per_s, product_gflops_per_s, explained } = report;
  const share = Math.round((100 * gflops_per_s) / product_gflops_per_s);
  const plain = `${name}: forward ${forward_ms.toFixed(0)} ms, ${gflops_per_s.toFixed(0)} GFLOP/s, ${share} % of the product peak of ${product_gflops_per_s.toFixed(0)}`;
  if (explained === null) return `${plain}; has no account to draw`;
  const { steps, rows, rows_at_once, seconds, residual } = explained;
  return `${plain}; ${steps} steps with contributions ${seconds.toFixed(1)} s, ${rows} rows (${rows_at_once} fit at once), residual ${residual.toExponential(1)}`;
}
