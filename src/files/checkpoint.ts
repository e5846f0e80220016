import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError, UsageError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import { fromFloat32, toFloat32 } from "../safetensors/convert.js";
import { readSafetensors } from "../safetensors/read.js";
import type { TensorView } from "../safetensors/types.js";
import { writeSafetensors } from "../safetensors/write.js";
import { parseTrainConfig, type TrainConfig } from "../train/config.js";
import type { TrainedParameter, TrainingState } from "../train/state.js";
import { version } from "../version.js";
import { modelFiles } from "./model.js";
import { parseFile, parseJson } from "./read.js";
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
  const tensors = new Map<string, TensorView>();
  for (const parameter of state.parameters) {
    for (const part of PARTS) {
      tensors.set(`${part}/${parameter.name}`, fromFloat32(parameter[part], parameter.shape, "F32"));
    }
  }
  const metadata = {
    producer: `pellucid ${version}`,
    step: String(state.step),
    config: JSON.stringify(config),
    order: JSON.stringify(state.parameters.map(({ name }) => name)),
    ...(data !== undefined && { data }),
  };
  const averaged = state.parameters.map(({ name, shape, average }) => ({ name, shape, values: average }));
  const files = modelFiles(join(folder, MODEL), config.model, averaged, "F32");
  files.set(join(folder, CHECKPOINT), writeSafetensors(tensors, metadata));
  writeTogether(files, "replace");
}

/** Removes what a kill in the middle of writing left in a run's folder; not for a folder that a run is writing to. */
export function clearLeftovers(folder: string): void {
  for (const part of [folder, join(folder, MODEL)]) removeLeftovers(part);
}

/** Reads a run's state. Throws InputError if the file is missing or damaged. */
export function loadCheckpoint(folder: string): Checkpoint {
  return parseFile(join(folder, CHECKPOINT), (bytes) => {
    const { metadata, tensors } = readSafetensors(bytes);
    const step = Number(metadata.step);
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new InputError(`step must be a whole number; got ${metadata.step}; this is no checkpoint`);
    }
    const config = storedConfig(metadata.config);
    const parameters = storedOrder(metadata.order).map((name) => readParameter(name, tensors));
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

function readParameter(name: string, tensors: ReadonlyMap<string, TensorView>): TrainedParameter {
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
  return {
    name,
    shape,
    weights: toFloat32(part("weights")),
    first: toFloat32(part("first")),
    second: toFloat32(part("second")),
    average: toFloat32(part("average")),
  };
}
