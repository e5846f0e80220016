import * as z from "zod";
import { InputError } from "../../src/errors.js";
import { interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { explain } from "../../src/model/config.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { type AdamWSettings, adamW, adamWFactors } from "../../src/train/adamw.js";
import { type Check, checkGroup, failedCheck, largest, TENSOR_LIMIT } from "./compare.js";
import { reasonOf } from "./reason.js";
import { type ReferenceFile, shapeOf, valuesOf } from "./reference-file.js";

const adamWSchema = z.strictObject({
  lr: z.number(),
  betas: z.tuple([z.number(), z.number()]).default([0.9, 0.999]),
  eps: z.number().default(1e-8),
  weight_decay: z.number().default(0.01),
  amsgrad: z.literal(false).optional(),
  maximize: z.literal(false).optional(),
});

/** Checks the weights after every step of the optimiser. */
export async function checkAdamW(file: ReferenceFile): Promise<Check> {
  try {
    const result = adamWSchema.safeParse(file.spec.adamw);
    if (!result.success) throw new InputError(`settings: adamw ${explain(result.error)}`);
    const { lr, betas, eps, weight_decay } = result.data;
    const [beta1, beta2] = betas;
    const settings = { learningRate: lr, beta1, beta2, epsilon: eps, weightDecay: weight_decay };
    const expected = valuesOf(file, "adamw/trajectory");
    const { float64, float32 } = await trajectories(file, settings);
    const scale = largest(expected);
    const comparison = { name: "trajectory", expected, actual: float64, shipped: float32, noise: 0, scale };
    return checkGroup(file.name, "adamw trajectory", [comparison], TENSOR_LIMIT);
  } catch (error) {
    return failedCheck(file.name, "adamw trajectory", reasonOf(error));
  }
}

type Values = Readonly<Record<string, ArrayLike<number>>>;

/** Weights after every step [S, N], by the interpreter and as training computes them. */
async function trajectories(file: ReferenceFile, settings: AdamWSettings) {
  const shape = shapeOf(file, "adamw/p0");
  const given = (name: string, size = shape) => input(name, size);
  const moments = { weights: given("weights"), first: given("first"), second: given("second") };
  const factors = { keep: given("keep", []), rate: given("rate", []), epsilon: given("epsilon", []) };
  const after = Object.entries(adamW(moments, given("gradient"), settings, factors));
  const tensors = after.map(([, tensor]) => tensor);
  const executable = await nodeCompiler()(
    lower(Object.fromEntries(after.map(([name, t]) => [`new_${name}`, t]))),
  );
  const named = (values: (name: string, i: number) => ArrayLike<number>): Values =>
    Object.fromEntries(after.map(([name], i) => [name, values(name, i)]));
  const exact = async (feeds: Values) => {
    const values = interpret(tensors, feeds);
    return named((_, i) => values[i]!);
  };
  const shipped = async (feeds: Values) => {
    const fed = Object.entries(feeds).map(([name, values]) => [name, Float32Array.from(values)] as const);
    const values = await executable.run(Object.fromEntries(fed));
    return named((name) => values[`new_${name}`]!);
  };
  try {
    return {
      float64: Float64Array.from(await trajectory(file, settings, exact)),
      float32: Float32Array.from(await trajectory(file, settings, shipped)),
    };
  } finally {
    await executable.release();
  }
}

async function trajectory(
  file: ReferenceFile,
  settings: AdamWSettings,
  run: (feeds: Values) => Promise<Values>,
): Promise<number[]> {
  const start = valuesOf(file, "adamw/p0");
  const gradients = valuesOf(file, "adamw/grads"); // [S, N]
  const path: number[] = [];
  let state: Values = {
    weights: start,
    first: new Float64Array(start.length),
    second: new Float64Array(start.length),
  };
  for (let step = 1; step * start.length <= gradients.length; step++) {
    const gradient = gradients.subarray((step - 1) * start.length, step * start.length);
    const { keep, rate, epsilon } = adamWFactors(step, settings);
    state = await run({ ...state, gradient, keep: [keep], rate: [rate], epsilon: [epsilon] });
    path.push(...Array.from(state.weights!));
  }
  return path;
}
