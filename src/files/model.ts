import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError, UsageError } from "../errors.js";
import { denoiseGraph } from "../model/graphs.js";
import type { LoadedModel } from "../model/loaded.js";
import { type ModelConfig, parseModelConfig } from "../model/model-config.js";
import { fromFloat32 } from "../safetensors/convert.js";
import { safetensorsPieces } from "../safetensors/write.js";
import { version } from "../version.js";
import { folderNeglect } from "./neglect.js";
import { parseFile, parseJson } from "./read.js";
import { readWeights } from "./weights.js";
import { type FileContent, writeTogether } from "./write.js";

const CONFIG = "config.json";
/** The file of a model folder that holds its weights. */
export const WEIGHTS = "weights.safetensors";

/** The folder of a model that ships with the package. */
const bundled = (name: string): string => fileURLToPath(new URL(`../../models/${name}`, import.meta.url));

/**
 * Loads a model by the name of a bundled one or from a folder with `config.json`, `weights.safetensors` and, if there is one,
 * the calibration of ignored words.
 *
 * Throws UsageError if there is no such model, InputError if its files are damaged or do not fit together.
 */
export function loadModel(nameOrFolder: string): LoadedModel {
  const { folder, config, hasWeights } = findModel(nameOrFolder);
  if (!hasWeights && folder === bundled(nameOrFolder)) {
    throw new InputError(
      `model ${nameOrFolder} comes without weights; train it, or import a checkpoint with --config ${nameOrFolder}`,
    );
  }
  const hash = createHash("sha256").update(JSON.stringify(config));
  const weights = readWeights(
    join(folder, WEIGHTS),
    denoiseGraph(config, 1, 1).parameters,
    `the model in ${CONFIG}`,
    (bytes) => hash.update(bytes),
  );
  const digest = hash.digest("hex");
  return { config, weights, digest, neglect: folderNeglect(folder) };
}

/** The settings file of a model by its folder or by the name of a bundled one; undefined if there is none. */
export const configPath = (nameOrFolder: string): string | undefined =>
  [nameOrFolder, bundled(nameOrFolder)]
    .map((folder) => join(folder, CONFIG))
    .find((path) => existsSync(path));

/** A model's folder and what is in it. */
export interface FoundModel {
  readonly folder: string;
  readonly config: ModelConfig;
  readonly hasWeights: boolean;
}

/**
 * Finds a model by the name of a bundled one or by its folder, and reads its settings; weights need not be there.
 *
 * Throws UsageError if there is no such model, InputError if its settings are damaged.
 */
export function findModel(nameOrFolder: string): FoundModel {
  const path = configPath(nameOrFolder);
  if (path === undefined) {
    throw new UsageError(
      `model must be the name of a bundled model (emoji) or a folder with ${CONFIG} and ${WEIGHTS}; got ${nameOrFolder}`,
    );
  }
  const config = parseFile(path, parseConfig);
  const folder = dirname(path);
  return { folder, config, hasWeights: existsSync(join(folder, WEIGHTS)) };
}

function parseConfig(bytes: Uint8Array): ModelConfig {
  try {
    return parseModelConfig(parseJson(bytes));
  } catch (error) {
    throw error instanceof UsageError ? new InputError(error.message) : error;
  }
}

/** A parameter's values and shape. */
export interface NamedValues {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The files of a model folder, to be written together: path to bytes. */
export function modelFiles(
  folder: string,
  config: ModelConfig,
  parameters: readonly NamedValues[],
  precision: "F32" | "F16",
): Map<string, FileContent> {
  const tensors = new Map(parameters.map(({ name, shape }) => [name, { dtype: precision, shape }]));
  const valuesOf = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const bytesOf = (name: string) => {
    const { values, shape } = valuesOf.get(name)!;
    return fromFloat32(values, shape, precision).bytes;
  };
  return new Map<string, FileContent>([
    configFile(folder, config),
    [join(folder, WEIGHTS), safetensorsPieces(tensors, bytesOf, { producer: `pellucid ${version}` })],
  ]);
}

/** The file of a model folder that holds its settings: path and bytes. */
export function configFile(folder: string, config: ModelConfig): [path: string, bytes: Uint8Array] {
  return [join(folder, CONFIG), new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`)];
}

/** Writes a model folder. Throws InputError if it cannot be written. */
export function saveModel(
  folder: string,
  config: ModelConfig,
  parameters: readonly NamedValues[],
  precision: "F32" | "F16",
): void {
  writeTogether(modelFiles(folder, config, parameters, precision), "replace");
}
