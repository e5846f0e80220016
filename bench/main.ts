import { UsageError } from "../src/errors.js";
import { inTurn, median } from "./engine.js";
import { productPeak } from "./machine.js";
import { ours } from "./ours.js";
import { peer } from "./peer.js";
import { parseSettings, usage, type Work } from "./settings.js";
import { networkTable } from "./table.js";

/** What one engine reached, as `--json` prints it. */
export interface Result {
  readonly engine: string;
  readonly parameters: number;
  readonly mode: Work["mode"];
  readonly batch: number;
  readonly median_ms: number;
  readonly peak_mb: number;
}

export interface Comparison extends Result {
  readonly peer?: Result;
  /** How many times as fast as the peer. */
  readonly ratio?: number;
}

/** Measures a network on this package and, where PyTorch is installed, beside it. */
async function compare(work: Work): Promise<Comparison> {
  const other = await peer(work);
  const engines = [await ours(work), ...(other ? [other] : [])];
  const times = await inTurn(engines, work.repeats);
  const results: Result[] = [];
  for (const [i, { name, parameters, end }] of engines.entries()) {
    const milliseconds = Number(median(times[i]!).toFixed(2));
    const memory = Math.round(await end());
    const { mode, batch } = work;
    results.push({ engine: name, parameters, mode, batch, median_ms: milliseconds, peak_mb: memory });
  }
  const [own, theirs] = results;
  if (theirs === undefined) return own!;
  return { ...own!, peer: theirs, ratio: Number((theirs.median_ms / own!.median_ms).toFixed(3)) };
}

async function main(args: readonly string[]): Promise<void> {
  const { work, json } = parseSettings(args);
  if (work === undefined) {
    const peak = await productPeak(2);
    console.log(
      json ? JSON.stringify({ product_gflops: Math.round(peak) }) : `product peak ${peak.toFixed(0)} GFLOP/s`,
    );
    return;
  }
  const comparison = await compare(work);
  console.log(json ? JSON.stringify(comparison) : networkTable(comparison, work));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  if (error instanceof UsageError) console.error(usage);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
