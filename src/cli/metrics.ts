import type { Metric } from "../evaluate/interval.js";
import type { Io } from "./io.js";

/** What an evaluation found, and what it was made with. */
export interface Measured {
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Prints what an evaluation found: everything as JSON, or the metrics as a table. */
export function printMetrics(measured: Measured, format: "json" | "table", { stdout }: Io): void {
  stdout.write(format === "json" ? `${JSON.stringify(measured, null, 2)}\n` : table(measured.metrics));
}

/** One line per metric: name, value, 95 % interval, number of samples. */
function table(metrics: Measured["metrics"]): string {
  const width = Math.max(26, ...Object.keys(metrics).map((name) => name.length));
  const lines = Object.entries(metrics).map(([name, { value, low, high, n }]) => {
    const interval = low === high ? "" : `  [${low.toPrecision(3)}, ${high.toPrecision(3)}]`;
    return `${name.padEnd(width)} ${value.toPrecision(3)}${interval}  n = ${n}\n`;
  });
  return lines.join("");
}
