import { inTurn, median } from "./engine.js";
import { ours } from "./ours.js";
import { peer } from "./peer.js";
import type { Work } from "./settings.js";

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
  /** Arithmetic rate of the network's products in GFLOP/s. */
  readonly gflops_per_s: number;
  readonly peer?: Result;
  /** How many times as fast as the peer. */
  readonly ratio?: number;
}

/** Measures a network on this package and, where PyTorch is installed, beside it. */
export async function compare(work: Work): Promise<Comparison> {
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
  const rate = Number(((engines[0]!.flops ?? 0) / own!.median_ms / 1e6).toFixed(1));
  const comparison = { ...own!, gflops_per_s: rate };
  if (theirs === undefined) return comparison;
  return { ...comparison, peer: theirs, ratio: Number((theirs.median_ms / own!.median_ms).toFixed(3)) };
}
