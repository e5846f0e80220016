import type { ByteSource } from "../byte-source.js";
import { InputError } from "../errors.js";
import { quoted } from "../safetensors/names.js";
import type { StoredTensor, StoredTensors } from "../safetensors/stored.js";
import { DTYPE_BYTES, type DType } from "../safetensors/types.js";
import { gather, spanOf } from "./tensor.js";
import { MAX_PICKLE_BYTES, unpickle } from "./unpickle.js";
import { describe, elementBytes, isKind, type StorageValue, type TensorValue, type Value } from "./values.js";
import { openZip, readEntry, type ZipEntry } from "./zip.js";

/** What a file of torch.save holds. */
export interface Checkpoint {
  /** The object that was saved. */
  readonly root: Value;
  /** A tensor of it, to be read. */
  stored(tensor: TensorValue): StoredTensor;
}

/**
 * Opens a file that torch.save wrote (PyTorch 1.6 or later: a zip file with a pickle) without reading its tensors, and
 * without running anything in it. `inert` are Python names to pass over beside `PASSED_OVER`.
 *
 * Throws InputError if the archive is damaged or compressed, the pickle holds an opcode or a name that is not allowed, or
 * a tensor does not fit its storage.
 */
export async function openCheckpoint(
  source: ByteSource,
  inert: ReadonlySet<string> = new Set(),
): Promise<Checkpoint> {
  const entries = await openZip(source);
  const { prefix, pickle } = findPickle(entries);
  await checkByteOrder(source, entries.get(`${prefix}byteorder`));
  const storages = new Map<string, ZipEntry>();
  const storage = (dtype: DType, key: string, length: number): StorageValue => {
    storages.set(key, storageEntry(entries.get(`${prefix}data/${key}`), key, length * DTYPE_BYTES[dtype]));
    return { kind: "storage", dtype, key, length };
  };
  const root = unpickle(await readEntry(source, pickle), { inert, storage });
  return {
    root,
    stored: (tensor) => ({
      dtype: tensor.storage.dtype,
      shape: tensor.shape,
      read: async () => {
        const width = elementBytes(tensor.storage);
        const begin = tensor.offset * width;
        const end = begin + spanOf(tensor) * width;
        return gather(tensor, await readEntry(source, storages.get(tensor.storage.key)!, begin, end));
      },
    }),
  };
}

/**
 * The tensors of a checkpoint's state dict by name: those under "state_dict", as Lightning saves, or of the object itself.
 * `others` are the names of entries that are no tensors. Throws InputError if there is no tensor at all.
 */
export function stateDict({ root, stored }: Checkpoint): {
  readonly tensors: StoredTensors;
  readonly others: readonly string[];
} {
  const top = isKind(root, "dict") ? root.entries : new Map<Value, Value>();
  const nested = top.get("state_dict");
  const entries = isKind(nested, "dict") ? nested.entries : top;
  const tensors = new Map<string, StoredTensor>();
  const others: string[] = [];
  for (const [name, value] of entries) {
    if (typeof name === "string" && isKind(value, "tensor")) tensors.set(name, stored(value));
    else others.push(typeof name === "string" ? name : describe(name));
  }
  if (tensors.size > 0) return { tensors, others };
  const found =
    others
      .map((name) => quoted(name))
      .join(", ")
      .slice(0, 100) || describe(root);
  throw new InputError(
    `a checkpoint must be a dict of tensors, or have one under "state_dict"; got ${found}; ` +
      "save model.state_dict()",
  );
}

/** The archive's pickle, and the folder in the archive that everything is under. */
function findPickle(entries: ReadonlyMap<string, ZipEntry>): {
  readonly prefix: string;
  readonly pickle: ZipEntry;
} {
  const pickles = [...entries.values()].filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1) {
    throw new InputError(
      `a checkpoint must have one data.pkl; got ${pickles.length}; is this a file that torch.save wrote?`,
    );
  }
  if (pickle.size > MAX_PICKLE_BYTES) {
    throw new InputError(`${quoted(pickle.name)} has at most ${MAX_PICKLE_BYTES} bytes; got ${pickle.size}`);
  }
  return { prefix: pickle.name.slice(0, -"data.pkl".length), pickle };
}

/** Newer PyTorch notes which end of a number comes first; older files are of machines like all today's. */
async function checkByteOrder(source: ByteSource, entry: ZipEntry | undefined): Promise<void> {
  if (entry === undefined) return;
  const order = entry.size > 10 ? "a long text" : new TextDecoder().decode(await readEntry(source, entry));
  if (order !== "little") {
    throw new InputError(
      `byte order must be little; got ${quoted(order)}; save the file on a little-endian machine`,
    );
  }
}

function storageEntry(entry: ZipEntry | undefined, key: string, bytes: number): ZipEntry {
  if (entry?.size === bytes) return entry;
  throw new InputError(
    `storage ${quoted(key)} must have ${bytes} bytes in the archive; got ${entry?.size ?? "none"}; ` +
      "copy or download the file again",
  );
}
