import type { ShardTotals } from "../../dataset/shards/shard.js";
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
