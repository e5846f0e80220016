import { createHash } from "node:crypto";
import { shrinkToSquare } from "../../data/bilinear.js";
import { encodePng } from "../../files/png.js";
import { generatorOf, uniformFrom } from "../../random.js";
import { decodeImage } from "../decode-image.js";
import { ImageFailure } from "../image-failure.js";
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
  /** Side of the pictures kept. */
  readonly size: number;
  readonly maxPixels: number;
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
  { size, maxPixels, rules, retries }: DownloadOptions,
  signal: AbortSignal,
): Promise<Sample> {
  if (url === null) throw new ImageFailure("no address", "");
  if (caption === null) throw new ImageFailure("no caption", "");
  const policy = { ...retries, uniform: uniformFrom(generatorOf(index)) };
  const bytes = await withRetries(() => fetchImage(url, rules, signal), policy, signal);
  const image = await decodeImage(bytes, maxPixels);
  const { width, height, format } = image;
  const data = shrinkToSquare(image, size);
  return {
    caption,
    png: await encodePng({ width: size, height: size, channels: 3, data }),
    facts: {
      url,
      ...(similarity !== null && { similarity }),
      ...(objects !== null && { objects }),
      width,
      height,
      format,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    },
  };
}
