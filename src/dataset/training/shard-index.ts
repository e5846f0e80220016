import { createHash } from "node:crypto";
import { basename } from "node:path";
import { InputError } from "../../errors.js";
import { listInputs } from "../inputs.js";
import { wholeTar } from "../tar-index.js";
import { samplesOf } from "../webdataset.js";

/** Where the pairs of a set of shards lie; numbers are of pairs through all shards. */
export interface ShardIndex {
  readonly paths: readonly string[];
  /** Pairs in each shard. */
  readonly sizes: readonly number[];
  readonly pairs: number;
  readonly shardOf: Uint32Array; // [pairs]
  /** First byte and number of bytes of images and captions. */
  readonly image: Extents;
  readonly caption: Extents;
  /** 1 where the caption is under "caption" in a JSON file, 0 where the file is the caption. */
  readonly isJson: Uint8Array; // [pairs]
  /** Stands for the names, sizes and places of all pairs, wherever the shards are. */
  readonly digest: string;
}

interface Extents {
  readonly begin: Float64Array; // [pairs]
  readonly size: Uint32Array; // [pairs]
}

/**
 * Finds every pair in shards, without reading any: a folder, a file or a pattern. Some 30 bytes of memory each.
 * Throws InputError if there are none, or one is damaged.
 */
export async function indexShards(path: string): Promise<ShardIndex> {
  const paths = await listInputs(path, ".tar");
  const hash = createHash("sha256");
  const rows: number[][] = [];
  const sizes = paths.map((shard, number) => {
    const samples = samplesOf(wholeTar(shard));
    for (const { key, image, text, json } of samples) {
      const caption = text ?? json;
      if (image === undefined || caption === undefined) {
        throw new InputError(
          `${shard} must have an image and a caption for every key; ${key} has no ${image === undefined ? "image" : "caption"}; pack it first (pellucid data pack)`,
        );
      }
      const row = [number, image.begin, image.size, caption.begin, caption.size, text === undefined ? 1 : 0];
      rows.push(row);
      hash.update(`${basename(shard)} ${key} ${row}\n`);
    }
    return samples.length;
  });
  if (rows.length === 0) throw new InputError(`${path} must hold pairs; its shards are empty; give others`);
  const column = (at: number) => rows.map((row) => row[at]!);
  return {
    paths,
    sizes,
    pairs: rows.length,
    shardOf: Uint32Array.from(column(0)),
    image: { begin: Float64Array.from(column(1)), size: Uint32Array.from(column(2)) },
    caption: { begin: Float64Array.from(column(3)), size: Uint32Array.from(column(4)) },
    isJson: Uint8Array.from(column(5)),
    digest: hash.digest("hex"),
  };
}
