import { InputError } from "../../src/errors.js";
import { input } from "../../src/graph/ops/constant.js";
import { fromAuthorsConfig } from "../../src/model/authors.js";
import type { UNetConfig } from "../../src/model/config.js";
import { unet } from "../../src/model/unet.js";
import { collectParameters, countParameters } from "../../src/model/weights.js";
import {
  type Check,
  type Comparison,
  checkGroup,
  failedCheck,
  largestDifference,
  TENSOR_LIMIT,
} from "./compare.js";
import { compareModule, type Module } from "./module.js";
import { reasonOf } from "./reason.js";
import { namesUnder, type ReferenceFile, shapeOf } from "./reference-file.js";
import { checkRuns } from "./runs.js";

const groups: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "out", pattern: /^out$/ },
  { what: "live_vjp of inputs", pattern: /^live_vjp\/(?!weight\/)/ },
  { what: "live_vjp of weights", pattern: /^live_vjp\/weight\// },
  { what: "frozen_vjp", pattern: /^frozen_vjp\// },
];

/** Settings that are used, and notes that change nothing. */
const knownSettings = [
  "config",
  "parameters",
  "image",
  "prediction",
  "parameterization",
  "seed",
  "torch",
  "note",
];

/** Whether a file holds a whole U-Net. */
export const isNetwork = ({ spec }: ReferenceFile): boolean => "config" in spec;

/** Checks a U-Net: parameter count, output, derivatives, and its sampling runs. */
export async function* checkNetwork(file: ReferenceFile): AsyncGenerator<Check> {
  const unknown = namesUnder(file, "").find(
    (name) => !/^(out|cotangent|(in|weight|live_vjp|frozen_vjp|ddim)\/.+)$/.test(name),
  );
  if (unknown !== undefined) yield failedCheck(file.name, unknown, "tensor is of no known kind");
  for (const key of Object.keys(file.spec)) {
    if (!knownSettings.includes(key)) yield failedCheck(file.name, `setting ${key}`, "it is not known");
  }
  try {
    const config = configOf(file);
    const module = moduleOf(file, config);
    checkCount(file, module);
    const comparisons = await compareModule(file, "", module);
    yield* groupChecks(file, comparisons);
    yield* checkRuns(file, config, outputNoise(comparisons));
  } catch (error) {
    yield failedCheck(file.name, "network", reasonOf(error));
  }
}

function* groupChecks(file: ReferenceFile, comparisons: readonly Comparison[]): Generator<Check> {
  for (const { what, pattern } of groups) {
    const group = comparisons.filter(({ name }) => pattern.test(name));
    const count = what.endsWith("weights") ? ` (${group.length})` : "";
    if (group.length > 0) yield checkGroup(file.name, what + count, group, TENSOR_LIMIT);
  }
}

/** Float32 noise of the network's output, relative to it: what rounding was seen to do, here or in ONNX Runtime. */
function outputNoise(comparisons: readonly Comparison[]): number {
  const { shipped, actual, noise, scale } = comparisons.find(({ name }) => name === "out")!;
  return Math.max(noise, largestDifference(shipped ?? actual, actual)) / scale;
}

function configOf(file: ReferenceFile): UNetConfig {
  const { config, image } = file.spec;
  const side = image ?? shapeOf(file, "in/x")[3];
  if (typeof side !== "number") throw new InputError(`settings: image must be a number; got ${side}`);
  return fromAuthorsConfig(config, side);
}

function moduleOf(file: ReferenceFile, config: UNetConfig): Module {
  const given = (name: string) => input(name, shapeOf(file, `in/${name}`));
  const [x, t, tokens] = [given("x"), given("t"), given("context")];
  const mask = file.tensors.has("in/mask") ? given("mask") : undefined;
  const inputs = new Map(
    [x, t, tokens, ...(mask ? [mask] : [])].map((tensor, i) => [inputNames[i]!, tensor]),
  );
  const left = namesUnder(file, "in/").find((name) => !inputs.has(name));
  if (left !== undefined) throw new InputError(`in/${left} is no input of a U-Net`);
  const context = mask ? { tokens, mask } : { tokens };
  const { network, parameters } = collectParameters((parameter) =>
    unet(config, parameter, { x, t, context }),
  );
  return { output: network.output, inputs, parameters };
}

const inputNames = ["x", "t", "context", "mask"];

function checkCount(file: ReferenceFile, { parameters }: Module): void {
  const { parameters: expected } = file.spec;
  const count = countParameters(parameters);
  if (expected === undefined || expected === count) return;
  throw new InputError(`these settings give ${count} parameters; the file says ${expected}`);
}
