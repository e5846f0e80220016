import type { Comparison } from "./compare.js";
import type { Generation } from "./generation.js";
import type { ModelReport } from "./model.js";
import type { ExplanationCost } from "./reverse.js";
import type { Work } from "./settings.js";

/** Rows of text as columns, numbers to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  return rows.map(line).join("\n");
}

/** A comparison for people. */
export function networkTable(result: Comparison, { config, tokens, repeats }: Work): string {
  const engines = [result, ...(result.peer ? [result.peer] : [])];
  const size = config.imageSize;
  const title = `${result.mode}, batch ${result.batch}, ${size}x${size}, ${tokens} tokens, median of ${repeats}`;
  const rows = engines.map(({ engine, parameters, median_ms, peak_mb }) => [
    engine,
    parameters.toLocaleString("en"),
    median_ms.toFixed(1),
    ((1000 * result.batch) / median_ms).toFixed(1),
    peak_mb.toFixed(0),
  ]);
  const table = columns([["engine", "parameters", "ms", "images/s", "peak MiB"], ...rows]);
  return [title, table, ...(result.ratio ? [`${result.ratio.toFixed(2)} times as fast`] : [])].join("\n");
}

function explanationLine({ lockstep_s, sweep_s, sweeps, patch, ratio }: ExplanationCost): string {
  const reverse = `${sweeps} sweeps of reverse mode, one per channel and patch of ${patch} x ${patch} pixels, ${sweep_s} s each`;
  return `a picture with its account, every pixel: ${lockstep_s} s; ${reverse}: ${Math.round(ratio)} times as long`;
}

/** A model's report for people. */
export function modelTable(report: ModelReport): string {
  const { forward, step, training } = report;
  const drawn = (name: string, { seconds, peak_mb }: Generation) => [name, seconds.toFixed(2), `${peak_mb}`];
  const rate = (name: string, { median_ms, batch, gflops_per_s, peer, ratio }: Comparison) => [
    name,
    median_ms.toFixed(1),
    ((1000 * batch) / median_ms).toFixed(1),
    gflops_per_s.toFixed(0),
    `${Math.round((100 * gflops_per_s) / report.product_gflops_per_s)} %`,
    peer?.median_ms.toFixed(1) ?? "-",
    ratio?.toFixed(2) ?? "-",
  ];
  return [
    `${report.model}: ${forward.parameters.toLocaleString("en")} parameters`,
    `${report.machine}, ${report.threads} threads, product peak ${report.product_gflops_per_s} GFLOP/s`,
    "",
    columns([
      ["generate, 25 steps, 8 words", "s", "peak MiB"],
      drawn("with explanation", report.explained),
      drawn("--no-explain", report.plain),
    ]),
    "",
    explanationLine(report.explanation),
    "",
    columns([
      ["network", "ms", "images/s", "GFLOP/s", "of peak", "peer ms", "ratio"],
      rate("forward, batch 1", forward),
      rate(`training step, batch ${step.batch}`, step),
    ]),
    "",
    `training loop, batch ${training.batch}: ${training.images_per_s.toFixed(1)} images/s`,
    forward.peer === undefined ? "no PyTorch here to compare with" : `peer: eager ${forward.peer.engine}`,
  ].join("\n");
}
