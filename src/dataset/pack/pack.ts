import { createHash } from "node:crypto";
import { ImageFailure } from "../image-failure.js";
import { makeSample, type PictureRules } from "../make-sample.js";
import { fillShards } from "../shards/fill.js";
import type { Sample } from "../shards/outcome.js";
import type { ShardReport } from "../shards/shard.js";
import { type PackEntry, readCaption, readLocated } from "./entry.js";

export interface PackOptions {
  readonly entries: readonly PackEntry[];
  /** Opened with `openShardFolder`. */
  readonly folder: string;
  readonly perShard: number;
  readonly pictures: PictureRules;
  readonly signal: AbortSignal;
  readonly onEntries: (done: number) => void;
}

/** Images decoded at a time. */
const WORKERS = 4;

/**
 * Packs pairs from files into shards, going on where it was stopped (`fillShards`).
 * Throws InputError if the disk fails, CancelledError when aborted; an entry that fails is counted.
 */
export function packEntries({
  entries,
  folder,
  perShard,
  pictures,
  signal,
  onEntries,
}: PackOptions): Promise<readonly ShardReport[]> {
  return fillShards({
    folder,
    total: entries.length,
    perShard,
    entries: async (begin, end) => entries.slice(begin, end),
    sampleOf: (entry) => packEntry(entry, pictures),
    whereIs: ({ where }) => where,
    workers: WORKERS,
    signal,
    onEntries,
  });
}

async function packEntry({ where, pair }: PackEntry, pictures: PictureRules): Promise<Sample> {
  if (pair instanceof ImageFailure) throw pair;
  const caption = readCaption(pair.caption);
  return makeSample(readLocated(pair.image), caption, { from: where }, pictures);
}

/** A digest of which pairs there are, by their places; of captions and images in other files nothing is read. */
export function digestOf(entries: readonly PackEntry[]): string {
  const hash = createHash("sha256");
  for (const { where, pair } of entries) {
    hash.update(JSON.stringify([where, pair instanceof ImageFailure ? pair.reason : pair]));
  }
  return hash.digest("hex");
}
