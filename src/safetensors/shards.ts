import type { ByteSource } from "../byte-source.js";
import { InputError } from "../errors.js";
import { isObject, parseStrictJson } from "./json.js";
import { quoted } from "./names.js";
import { openSafetensors, type StoredTensor, type StoredTensors } from "./stored.js";

/** Shards of one index; published models have tens. */
const MAX_SHARDS = 10_000;

/**
 * Reads the index of a model in several files, as diffusers and transformers write it (`*.safetensors.index.json`):
 * tensor name -> name of the file beside the index that holds it.
 * Throws InputError if it is another kind of file, or a file's name leads elsewhere.
 */
export function parseShardIndex(bytes: Uint8Array): ReadonlyMap<string, string> {
  const index = parseIndexJson(bytes);
  const files = isObject(index) ? index.weight_map : undefined;
  if (!isObject(files)) {
    throw new InputError(
      "an index of shards must have an object weight_map; is this a *.safetensors.index.json?",
    );
  }
  const fileOf = new Map<string, string>();
  for (const [tensor, file] of Object.entries(files)) {
    if (typeof file !== "string" || !isPlainFileName(file)) {
      throw new InputError(
        `weight_map must name *.safetensors files beside the index; got ${quoted(String(file))} for ` +
          `${quoted(tensor)}; download the model again`,
      );
    }
    fileOf.set(tensor, file);
  }
  return fileOf;
}

/**
 * Opens every shard that an index names; `open` gives the source of a file beside the index.
 *
 * Throws InputError if a shard is damaged, lacks a tensor that the index promises, or holds one that it does not.
 */
export async function openShards(
  fileOf: ReadonlyMap<string, string>,
  open: (file: string) => Promise<ByteSource>,
): Promise<StoredTensors> {
  const files = [...new Set(fileOf.values())];
  if (files.length > MAX_SHARDS) {
    throw new InputError(`an index names at most ${MAX_SHARDS} files; got ${files.length}`);
  }
  const tensors = new Map<string, StoredTensor>();
  for (const file of files) {
    for (const [name, tensor] of await openShard(file, open)) {
      if (fileOf.get(name) !== file) {
        throw new InputError(
          `${file} holds tensor ${quoted(name)}, which the index does not expect there; use an index and ` +
            "files of one download",
        );
      }
      tensors.set(name, tensor);
    }
  }
  const lost = [...fileOf].find(([name]) => !tensors.has(name));
  if (lost !== undefined) {
    const [name, file] = lost;
    throw new InputError(
      `tensor ${quoted(name)} must be in ${file}; it is not; use an index and files of one download`,
    );
  }
  return tensors;
}

async function openShard(file: string, open: (file: string) => Promise<ByteSource>): Promise<StoredTensors> {
  const source = await open(file);
  try {
    return (await openSafetensors(source)).tensors;
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${file}: ${error.message}`) : error;
  }
}

function parseIndexJson(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = quoted(error instanceof Error ? error.message : String(error));
    throw new InputError(`an index of shards must be JSON in UTF-8; got: ${reason}; download it again`);
  }
}

/** A name in the index's own folder: a path could lead the reader anywhere on the disk. */
function isPlainFileName(file: string): boolean {
  return /^[\w.-]+\.safetensors$/.test(file) && !file.startsWith(".");
}
