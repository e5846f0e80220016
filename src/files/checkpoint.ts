import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError, UsageError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import { bytesOf } from "../runtime/onnx.js";
import { toFloat32 } from "../safetensors/convert.js";
import { dataStartOf, parseHeader } from "../safetensors/read.js";
import type { TensorEntry } from "../safetensors/types.js";
import { safetensorsPieces } from "../safetensors/write.js";
import { parseTrainConfig, type TrainConfig } from "../train/config.js";
import { averagesOf, type TrainedParameter, type TrainingState } from "../train/state.js";
import { version } from "../version.js";
import { modelFiles } from "./model.js";
import { parseJson, type ReadRange, readParts } from "./read.js";
import { removeLeftovers, writeTogether } from "./write.js";

const CHECKPOINT = "checkpoint.safetensors";
const MODEL = "model";
const PARTS = ["weights", "first", "second", "average"] as const;

/** A training run on disk. */
export interface Checkpoint {
  readonly config: TrainConfig;
  readonly state: TrainingState;
  /** Stands for the data in files that it is trained on. */
  readonly data?: string | undefined;
}

/** Whether a folder holds a checkpoint. */
export const hasCheckpoint = (folder: string): boolean => existsSync(join(folder, CHECKPOINT));

/**
 * Writes a run's state, and its averaged weights as a model in `model/`.
 *
 * The state is one file that is replaced as a whole, so a kill at any moment leaves the old one or the new one.
 * Throws InputError if it cannot be written.
 */
export function saveCheckpoint(folder: string, { config, state, data }: Checkpoint): void {
  const arrays = new Map<string, Float32Array>(
    state.parameters.flatMap((kept) => PARTS.map((part) => [`${part}/${kept.name}`, kept[part]] as const)),
  );
  const tensors = new Map(
    state.parameters.flatMap(({ name, shape }) =>
      PARTS.map((part) => [`${part}/${name}`, { dtype: "F32" as const, shape }] as const),
    ),
  );
  const metadata = {
    producer: `pellucid ${version}`,
    step: String(state.step),
    config: JSON.stringify(config),
    order: JSON.stringify(state.parameters.map(({ name }) => name)),
    ...(data !== undefined && { data }),
  };
  const averaged = averagesOf(state);
  const files = modelFiles(join(folder, MODEL), config.model, averaged, "F32");
  files.set(
    join(folder, CHECKPOINT),
    safetensorsPieces(tensors, (name) => bytesOf(arrays.get(name)!), metadata),
  );
  writeTogether(files, "replace");
}

/** Removes what a kill in the middle of writing left in a run's folder; not for a folder that a run is writing to. */
export function clearLeftovers(folder: string): void {
  for (const part of [folder, join(folder, MODEL)]) removeLeftovers(part);
}

/** Reads a run's state. Throws InputError if the file is missing or damaged. */
export function loadCheckpoint(folder: string): Checkpoint {
  return readParts(join(folder, CHECKPOINT), (read, size) => {
    const start = dataStartOf(read(0, Math.min(8, size)), size);
    const { metadata, tensors } = parseHeader(read(0, start), size);
    const step = Number(metadata.step);
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new InputError(`step must be a whole number; got ${metadata.step}; this is no checkpoint`);
    }
    const config = storedConfig(metadata.config);
    const parameters = storedOrder(metadata.order).map((name) => readParameter(name, tensors, read));
    const { data } = metadata;
    return { config, state: { step, parameters }, ...(data !== undefined && { data }) };
  });
}

function storedConfig(text: string | undefined): TrainConfig {
  try {
    return parseTrainConfig(parseJson(new TextEncoder().encode(text ?? "")));
  } catch (error) {
    throw error instanceof UsageError ? new InputError(error.message) : error;
  }
}

function storedOrder(text: string | undefined): string[] {
  const order = parseJson(new TextEncoder().encode(text ?? ""));
  if (Array.isArray(order) && order.every((name) => typeof name === "string")) return order;
  throw new InputError("the list of parameters is missing; this is no checkpoint");
}

function readParameter(
  name: string,
  tensors: ReadonlyMap<string, TensorEntry>,
  read: ReadRange,
): TrainedParameter {
  const part = (kind: (typeof PARTS)[number]) => {
    const tensor = tensors.get(`${kind}/${name}`);
    if (tensor === undefined)
      throw new InputError(`tensor ${kind}/${name} is missing; use an older checkpoint`);
    return tensor;
  };
  const { shape } = part("weights");
  for (const kind of PARTS) {
    if (formatShape(part(kind).shape) !== formatShape(shape)) {
      throw new InputError(
        `tensor ${kind}/${name} must have shape ${formatShape(shape)}; use an older checkpoint`,
      );
    }
  }
  const values = (kind: (typeof PARTS)[number]) => {
    const { dtype, begin, end } = part(kind);
    return toFloat32({ dtype, shape, bytes: read(begin, end) });
  };
  return {
    name,
    shape,
    weights: values("weights"),
    first: values("first"),
    second: values("second"),
    average: values("average"),
  };
}
