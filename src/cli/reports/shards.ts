import type { ShardReport, ShardTotals } from "../../dataset/shards/shard.js";
import { formatCount } from "./selection.js";

/** Pairs written, and why the others were not, the most frequent reason first. */
export function shardTotals({ entries, samples, shards, failures }: ShardTotals): string {
  const counts = Object.entries(failures);
  const width = Math.max(0, ...counts.map(([, count]) => formatCount(count).length));
  return [
    `${formatCount(samples)} of ${formatCount(entries)} pairs in ${shards} ${shards === 1 ? "shard" : "shards"}`,
    ...counts.map(([reason, count]) => `  ${formatCount(count).padStart(width)}  ${reason}`),
    "",
  ].join("\n");
}

/** The first failures with their places, a line each. */
export function failureLines(reports: readonly ShardReport[], shown: number): string {
  const all = reports.flatMap(({ failures }) => failures);
  const lines = all
    .slice(0, shown)
    .map(({ reason, where, detail }) => `${where}: ${reason}${detail === "" ? "" : ` (${detail})`}\n`);
  const rest = all.length - lines.length;
  return (
    lines.join("") + (rest > 0 ? `and ${formatCount(rest)} more, in the shards' .report.json files\n` : "")
  );
}
