import { generatorOf, uniformFrom } from "../../random.js";
import { ImageFailure } from "../image-failure.js";
import { makeSample, type PictureRules } from "../make-sample.js";
import { fillShards } from "../shards/fill.js";
import type { Sample } from "../shards/outcome.js";
import type { ShardReport } from "../shards/shard.js";
import { type FetchRules, fetchImage } from "./fetch-image.js";
import { type RetryPolicy, withRetries } from "./retries.js";
import type { SelectedPair, SelectionRows } from "./selection.js";

export interface DownloadOptions {
  readonly selection: SelectionRows;
  /** Opened with `openShardFolder`. */
  readonly folder: string;
  readonly perShard: number;
  readonly pictures: PictureRules;
  readonly rules: FetchRules;
  readonly retries: Omit<RetryPolicy, "uniform">;
  /** Images fetched at a time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onEntries: (done: number) => void;
}

/**
 * Fetches the images of a selection into shards, going on where it was stopped (`fillShards`).
 * Throws InputError if selection or disk fail, CancelledError when aborted; an image that fails is counted.
 */
export function downloadSelection(options: DownloadOptions): Promise<readonly ShardReport[]> {
  const { selection, folder, perShard, concurrency, signal, onEntries } = options;
  return fillShards({
    folder,
    total: selection.rows,
    perShard,
    entries: selection.read,
    sampleOf: (pair, index, own) => downloadPair(pair, index, options, own),
    whereIs: ({ url }) => url ?? "",
    workers: concurrency,
    signal,
    onEntries,
  });
}

async function downloadPair(
  { url, caption, similarity, objects }: SelectedPair,
  index: number,
  { pictures, rules, retries }: DownloadOptions,
  signal: AbortSignal,
): Promise<Sample> {
  if (url === null) throw new ImageFailure("no address", "");
  if (caption === null) throw new ImageFailure("no caption", "");
  const policy = { ...retries, uniform: uniformFrom(generatorOf(index)) };
  const bytes = await withRetries(() => fetchImage(url, rules, signal), policy, signal);
  const origin = { url, ...(similarity !== null && { similarity }), ...(objects !== null && { objects }) };
  return makeSample(bytes, caption, origin, pictures);
}
