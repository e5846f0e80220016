import { InputError } from "../../src/errors.js";
import { freeze } from "../../src/graph/freeze.js";
import { gradients } from "../../src/graph/gradient.js";
import { interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { formatShape, sameShape } from "../../src/graph/shape.js";
import type { Tensor } from "../../src/graph/tensor.js";
import type { ParameterSpec } from "../../src/model/weights.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { type Comparison, largest, largestDifference, relative, TENSOR_LIMIT } from "./compare.js";
import { float32Noise } from "./noise.js";
import { namesUnder, type ReferenceFile, shapeOf, valuesOf } from "./reference-file.js";

/** A layer or a network as a graph, with the names that the file gives to its inputs and weights. */
export interface Module {
  readonly output: Tensor;
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly parameters: readonly ParameterSpec[];
}

/** A float64 value below this share of the file's says that the true value is zero, */
const VANISHING = 1e-3;
/** if the file's is below this share of the largest derivative, as rounding noise is. */
const NOISE_SHARE = 1e-5;

/**
 * Compares output and derivatives of a module with the tensors under `prefix`: `out`, `live_vjp/*`, `frozen_vjp/*`.
 *
 * Throws InputError if weights are missing, too many or of another shape.
 */
export async function compareModule(
  file: ReferenceFile,
  prefix: string,
  module: Module,
): Promise<Comparison[]> {
  checkParameters(file, prefix, module.parameters);
  const outputs = expectedOutputs(file, prefix, module);
  const feeds = feedsOf(file, prefix, module);
  const names = Object.keys(outputs);
  const tensors = Object.values(outputs);
  const float64 = interpret(tensors, feeds);
  const float32 = await runShipped(outputs, feeds);
  const expected = names.map((name) => valuesOf(file, prefix + name));
  const scales = scalesOf(names, expected, float64);
  const clear = names.every((name, i) =>
    [float64[i]!, float32[name]!].every(
      (values) => relative(largestDifference(values, expected[i]!), scales[i]!) <= TENSOR_LIMIT,
    ),
  );
  const noise = clear ? names.map(() => 0) : float32Noise(tensors, feeds, float64);
  return names.map((name, i) => ({
    name,
    expected: expected[i]!,
    actual: float64[i]!,
    shipped: float32[name],
    noise: noise[i]!,
    scale: scales[i]!,
  }));
}

/** The tensors that the file has values for. */
function expectedOutputs(file: ReferenceFile, prefix: string, module: Module): Record<string, Tensor> {
  const { output, inputs, parameters } = module;
  const shape = shapeOf(file, `${prefix}out`);
  if (!sameShape(shape, output.shape)) {
    throw new InputError(
      `out has shape ${formatShape(shape)}; these settings give ${formatShape(output.shape)}`,
    );
  }
  const sources = new Map([
    ...inputs,
    ...parameters.map(({ name, tensor }) => [`weight/${name}`, tensor] as const),
  ]);
  const cotangent = input("cotangent", shape);
  const products = (kind: string, from: Tensor): [string, Tensor][] => {
    const names = namesUnder(file, `${prefix}${kind}/`);
    if (names.length === 0) return [];
    const given = shapeOf(file, `${prefix}cotangent`);
    if (!sameShape(given, shape))
      throw new InputError(`cotangent must have out's shape; got ${formatShape(given)}`);
    const wrt = names.map((name) => {
      const source = sources.get(name);
      if (source === undefined) throw new InputError(`${kind}/${name} is of no input or weight`);
      return source;
    });
    return gradients(from, wrt, cotangent).map((tensor, i) => [`${kind}/${names[i]}`, tensor]);
  };
  return Object.fromEntries([
    ["out", output],
    ...products("live_vjp", output),
    ...products("frozen_vjp", freeze([output])[0]!),
  ]);
}

function feedsOf(file: ReferenceFile, prefix: string, { inputs, parameters }: Module) {
  const feeds: Record<string, Float64Array> = {};
  for (const name of inputs.keys()) feeds[name] = valuesOf(file, `${prefix}in/${name}`);
  for (const { name } of parameters) feeds[name] = valuesOf(file, `${prefix}weight/${name}`);
  if (file.tensors.has(`${prefix}cotangent`)) feeds.cotangent = valuesOf(file, `${prefix}cotangent`);
  return feeds;
}

async function runShipped(outputs: Record<string, Tensor>, feeds: Record<string, Float64Array>) {
  const model = lower(outputs);
  const executable = await nodeCompiler()(model);
  try {
    const fed = model.inputs.map(({ name }) => [name, Float32Array.from(feeds[name]!)] as const);
    return await executable.run(Object.fromEntries(fed));
  } finally {
    await executable.release();
  }
}

/**
 * What each tensor's errors are relative to: its own largest value in the file.
 *
 * Some derivatives are zero by construction, for instance of a bias that a norm behind it removes again. The file
 * then holds rounding noise alone, which nothing can agree with: such a tensor is held to the largest derivative.
 */
function scalesOf(
  names: readonly string[],
  expected: readonly Float64Array[],
  float64: readonly Float64Array[],
): number[] {
  const own = expected.map(largest);
  const kindOf = (name: string) => name.split("/")[0];
  return names.map((name, i) => {
    const most = Math.max(...own.filter((_, j) => kindOf(names[j]!) === kindOf(name)));
    const vanishes = own[i]! < NOISE_SHARE * most && largest(float64[i]!) < VANISHING * own[i]!;
    return vanishes ? most : own[i]!;
  });
}

function checkParameters(file: ReferenceFile, prefix: string, parameters: readonly ParameterSpec[]): void {
  const given = new Set(namesUnder(file, `${prefix}weight/`));
  for (const { name, shape } of parameters) {
    if (!given.delete(name)) throw new InputError(`weight ${name} ${formatShape(shape)} is missing`);
    const found = shapeOf(file, `${prefix}weight/${name}`);
    if (sameShape(found, shape)) continue;
    throw new InputError(
      `weight ${name} has shape ${formatShape(found)}; these settings need ${formatShape(shape)}`,
    );
  }
  const [left] = given;
  if (left !== undefined) throw new InputError(`weight ${left} has no place in these settings`);
}
