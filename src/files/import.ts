import { join } from "node:path";
import { InputError, throwIfCancelled } from "../errors.js";
import type { ModelConfig } from "../model/model-config.js";
import type { StateDictMatch } from "../model/state-dict.js";
import { initialWeights, type ParameterSpec } from "../model/weights.js";
import { fromFloat32, toFloat32 } from "../safetensors/convert.js";
import type { StoredTensor, StoredTensors } from "../safetensors/stored.js";
import type { DType } from "../safetensors/types.js";
import { checkBytes, layOutSafetensors } from "../safetensors/write.js";
import { version } from "../version.js";
import { configFile, WEIGHTS } from "./model.js";
import { type Existing, removeLeftovers } from "./write.js";
import { writeStreamed } from "./write-stream.js";

/** How numbers are stored: as they were, or rounded to nearest even. */
export type StoredAs = "keep" | "F32" | "F16" | "BF16";

export interface ImportOptions {
  readonly config: ModelConfig;
  readonly parameters: readonly ParameterSpec[];
  readonly tensors: StoredTensors;
  /** Which tensor is which parameter; a parameter without one gets its starting values. */
  readonly match: StateDictMatch;
  readonly storedAs: StoredAs;
  readonly existing: Existing;
  readonly signal: AbortSignal;
  /** Told after each tensor how many are written. */
  readonly onTensor: (done: number) => void;
}

/**
 * Writes a model folder from stored tensors, one after the other: memory holds no more than one of them and its copy.
 *
 * Throws InputError if a tensor is damaged, does not fit the numbers it shall be stored as, or the disk is full; then no
 * file appears. Throws CancelledError between two tensors.
 */
export async function importModel(folder: string, options: ImportOptions): Promise<void> {
  const { config, parameters, existing } = options;
  const stored = new Map(parameters.map((parameter) => [parameter.name, sourceOf(parameter, options)]));
  const layout = layOutSafetensors(stored, { producer: `pellucid ${version}` });
  const pieces = piecesOf(
    layout.header,
    layout.order.map((name) => [name, stored.get(name)!]),
    options,
  );
  const beside = new Map([configFile(folder, config)]);
  removeLeftovers(folder);
  await writeStreamed({ path: join(folder, WEIGHTS), pieces }, beside, existing);
}

async function* piecesOf(
  header: Uint8Array,
  tensors: readonly (readonly [string, StoredTensor])[],
  { signal, onTensor }: ImportOptions,
): AsyncGenerator<Uint8Array> {
  yield header;
  for (const [i, [name, tensor]] of tensors.entries()) {
    throwIfCancelled(signal);
    const bytes = await tensor.read();
    checkBytes(name, tensor, bytes);
    yield bytes;
    onTensor(i + 1);
  }
}

/** Where a parameter's bytes come from: the checkpoint, or its start. */
function sourceOf(parameter: ParameterSpec, { tensors, match, storedAs }: ImportOptions): StoredTensor {
  const name = match.sources.get(parameter.name);
  const tensor = name === undefined ? undefined : tensors.get(name);
  if (tensor === undefined) return startOf(parameter, storedAs === "keep" ? "F32" : storedAs);
  return storedAs === "keep" || storedAs === tensor.dtype
    ? tensor
    : converted(parameter.name, tensor, storedAs);
}

function startOf(parameter: ParameterSpec, dtype: Exclude<StoredAs, "keep">): StoredTensor {
  const { name, shape } = parameter;
  const read = async () => fromFloat32(initialWeights([parameter], 0).get(name)!, shape, dtype).bytes;
  return { dtype, shape, read };
}

function converted(
  name: string,
  { dtype: from, shape, read }: StoredTensor,
  dtype: Exclude<StoredAs, "keep">,
) {
  return {
    dtype,
    shape,
    read: async () => {
      const view = fromFloat32(toFloat32({ dtype: from, shape, bytes: await read() }), shape, dtype);
      if (dtype === "F16") checkFinite(name, toFloat32(view), from);
      return view.bytes;
    },
  };
}

/** Numbers from 65520 on have no F16: they would become infinite without a word. */
function checkFinite(name: string, values: Float32Array, from: DType): void {
  if (values.every(Number.isFinite)) return;
  throw new InputError(
    `tensor ${name} must hold numbers below 65520 to be stored as F16; it does not; keep its ${from}, or store BF16`,
  );
}
