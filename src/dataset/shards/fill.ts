import { throwIfCancelled } from "../../errors.js";
import { inLanes, type Job } from "../../in-lanes.js";
import { ImageFailure } from "../image-failure.js";
import { finishedReport, finishShard, journalOf, unfinishedOutcomes } from "./folder.js";
import { appendOutcome } from "./journal.js";
import type { Outcome, Sample } from "./outcome.js";
import type { ShardReport } from "./shard.js";

/** Entries to be made into shards. */
export interface ShardWork<E> {
  /** Opened with `openShardFolder`. */
  readonly folder: string;
  /** Number of entries; shard k holds what became of those from k * perShard on. */
  readonly total: number;
  readonly perShard: number;
  /** Entries `begin` to `end` (exclusive). */
  readonly entries: (begin: number, end: number) => Promise<readonly E[]>;
  /** The pair that an entry gives. Throws ImageFailure if it gives none. */
  readonly sampleOf: (entry: E, index: number, signal: AbortSignal) => Promise<Sample>;
  /** Where an entry is from, for the report. */
  readonly whereIs: (entry: E) => string;
  /** Entries worked on at a time. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Told after each entry how many are done. */
  readonly onEntries: (done: number) => void;
}

interface OpenShard {
  readonly shard: number;
  left: number;
}

/**
 * Fills a folder with shards, going on where an earlier run was stopped or killed: entries whose outcome is on the disk
 * are not worked on again. Returns the reports of all shards in their order.
 * Throws InputError if the disk fails, CancelledError when aborted; what was done so far stays.
 */
export async function fillShards<E>(work: ShardWork<E>): Promise<readonly ShardReport[]> {
  const { folder, total, perShard, onEntries } = work;
  const shards = Math.ceil(total / perShard);
  const reports: ShardReport[] = [];
  let done = 0;
  const count = (entries: number) => {
    done += entries;
    onEntries(done);
  };

  async function* jobs(): AsyncGenerator<Job> {
    for (let shard = 0; shard < shards; shard++) {
      const [begin, end] = [shard * perShard, Math.min(total, (shard + 1) * perShard)];
      const finished = finishedReport(folder, shard);
      if (finished !== undefined) {
        reports[shard] = finished;
        count(end - begin);
        continue;
      }
      const known = unfinishedOutcomes(folder, shard);
      count(known.size);
      const open: OpenShard = { shard, left: end - begin - known.size };
      if (open.left === 0) reports[shard] = await finishShard(folder, shard);
      const entries = open.left === 0 ? [] : await work.entries(begin, end);
      for (const [i, entry] of entries.entries()) {
        if (!known.has(begin + i)) yield (signal) => fill(open, entry, begin + i, signal);
      }
    }
  }

  async function fill(open: OpenShard, entry: E, index: number, signal: AbortSignal): Promise<void> {
    const outcome = await outcomeOf(work, entry, index, signal);
    throwIfCancelled(signal);
    appendOutcome(journalOf(folder, open.shard), outcome);
    open.left--;
    count(1);
    if (open.left === 0) reports[open.shard] = await finishShard(folder, open.shard);
  }

  await inLanes(work.workers, jobs(), work.signal);
  return reports;
}

async function outcomeOf<E>(
  { sampleOf, whereIs }: ShardWork<E>,
  entry: E,
  index: number,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    return { index, sample: await sampleOf(entry, index, signal) };
  } catch (error) {
    if (!(error instanceof ImageFailure)) throw error;
    return { index, failed: { reason: error.reason, where: whereIs(entry), detail: error.message } };
  }
}
