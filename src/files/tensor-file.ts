import { basename, dirname, join } from "node:path";
import type { ByteSource } from "../byte-source.js";
import { InputError } from "../errors.js";
import { openCheckpoint, stateDict } from "../pytorch/checkpoint.js";
import { openShards, parseShardIndex } from "../safetensors/shards.js";
import { openSafetensors, type StoredTensors } from "../safetensors/stored.js";
import { type FileSource, openFileSource } from "./file-source.js";
import { parseFile } from "./read.js";

/** Tensors of one file, or of several that an index names, each to be read by itself. */
export interface TensorFile {
  readonly format: "PyTorch checkpoint" | "safetensors" | "sharded safetensors";
  readonly tensors: StoredTensors;
  /** Frees the files; no tensor can be read afterwards. */
  close(): Promise<void>;
}

/** How the files that torch.save writes begin, being zip files. */
const ZIP = "PK\u0003\u0004";

/**
 * Opens a PyTorch checkpoint, a safetensors file, or a model in shards by its `*.safetensors.index.json`, without reading
 * tensors. `inert` are Python names that a checkpoint may hold beside what `openCheckpoint` knows.
 * Throws InputError with the path in front if a file cannot be read or is damaged.
 */
export async function openTensorFile(
  path: string,
  inert: ReadonlySet<string> = new Set(),
): Promise<TensorFile> {
  if (path.endsWith(".json")) return openSharded(path);
  const source = await openFileSource(path);
  try {
    const start = await source.read(0, Math.min(ZIP.length, source.size));
    const isZip = String.fromCharCode(...start) === ZIP;
    const format = isZip ? "PyTorch checkpoint" : "safetensors";
    const tensors = isZip ? await openState(source, inert) : await openPlain(source, path);
    return { format, tensors: atPath(tensors, path), close: source.close };
  } catch (error) {
    await source.close();
    throw withPath(path, error);
  }
}

const openState = async (source: ByteSource, inert: ReadonlySet<string>): Promise<StoredTensors> =>
  stateDict(await openCheckpoint(source, inert)).tensors;

/** A file that is no zip file: safetensors, or PyTorch's own older format, which is a pickle from its first byte. */
async function openPlain(source: ByteSource, path: string): Promise<StoredTensors> {
  if (!/\.(ckpt|pt|pth|bin)$/i.test(path)) return (await openSafetensors(source)).tensors;
  throw new InputError(
    "a checkpoint must be a zip file, as torch.save writes since PyTorch 1.6; it is not: load it with PyTorch and " +
      "save it again",
  );
}

async function openSharded(index: string): Promise<TensorFile> {
  const opened: FileSource[] = [];
  const close = async () => {
    for (const source of opened) await source.close();
  };
  const openBeside = async (file: string): Promise<FileSource> => {
    const source = await openFileSource(join(dirname(index), basename(file)));
    opened.push(source);
    return source;
  };
  try {
    const tensors = await openShards(parseFile(index, parseShardIndex), openBeside);
    return { format: "sharded safetensors", tensors: atPath(tensors, index), close };
  } catch (error) {
    await close();
    throw withPath(index, error);
  }
}

/** The same tensors, whose errors name the file. */
function atPath(tensors: StoredTensors, path: string): StoredTensors {
  return new Map(
    [...tensors].map(([name, { dtype, shape, read }]) => {
      const readNamed = () =>
        read().catch((error: unknown) => {
          throw withPath(path, error);
        });
      return [name, { dtype, shape, read: readNamed }];
    }),
  );
}

function withPath(path: string, error: unknown): unknown {
  if (!(error instanceof InputError) || error.message.includes(path)) return error;
  return new InputError(`${path}: ${error.message}`);
}
