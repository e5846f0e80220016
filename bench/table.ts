import type { Comparison } from "./main.js";
import type { Work } from "./settings.js";

/** Rows of text as columns, numbers to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  return rows.map(line).join("\n");
}

/** A comparison for people. */
export function networkTable(result: Comparison, { size, tokens, repeats }: Work): string {
  const engines = [result, ...(result.peer ? [result.peer] : [])];
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
