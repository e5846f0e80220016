import * as z from "zod";
import { alphaBars, type Schedule } from "../../src/diffusion/schedule.js";
import { InputError } from "../../src/errors.js";
import { explain } from "../../src/model/config.js";
import { type AdamWSettings, adamW } from "../../src/train/adamw.js";
import { type Check, checkGroup, failedCheck, largest, TENSOR_LIMIT } from "./compare.js";
import { reasonOf } from "./reason.js";
import { type ReferenceFile, shapeOf, valuesOf } from "./reference-file.js";

const known = ["alphas_cumprod", "adamw/p0", "adamw/grads", "adamw/trajectory"];

/** Whether a file is of the kind that holds a noise schedule and an optimiser's path. */
export const isDiffusion = ({ tensors }: ReferenceFile): boolean => known.some((name) => tensors.has(name));

/** Checks the noise schedule and the AdamW trajectory. */
export function* checkDiffusion(file: ReferenceFile): Generator<Check> {
  if (file.tensors.has("alphas_cumprod")) yield checkSchedule(file);
  if ([...file.tensors.keys()].some((name) => name.startsWith("adamw/"))) yield checkAdamW(file);
  for (const name of file.tensors.keys()) {
    if (!known.includes(name)) yield failedCheck(file.name, name, "tensor is of no known kind");
  }
}

function checkSchedule(file: ReferenceFile): Check {
  try {
    const expected = valuesOf(file, "alphas_cumprod");
    const schedule = parseSchedule(file.spec.schedule, expected.length);
    const actual = alphaBars(schedule);
    const comparison = { name: "alphas_cumprod", expected, actual, noise: 0, scale: largest(expected) };
    return checkGroup(file.name, "alphas_cumprod", [comparison], TENSOR_LIMIT);
  } catch (error) {
    return failedCheck(file.name, "alphas_cumprod", reasonOf(error));
  }
}

/** Reads `linear in sqrt(beta), 0.00085..0.0120, T=1000`, where `linear in beta` is the other kind. */
function parseSchedule(text: unknown, length: number): Schedule {
  const pattern = /^linear in (sqrt\(beta\)|beta), *([\d.e+-]+?) *\.\. *([\d.e+-]+?), *T *= *(\d+)$/;
  const [, kind, start, end, count] = typeof text === "string" ? (pattern.exec(text.trim()) ?? []) : [];
  if (count === undefined) {
    throw new InputError(
      `settings: schedule must be like "linear in sqrt(beta), 0.00085..0.0120, T=1000"; got ${JSON.stringify(text)}`,
    );
  }
  if (Number(count) !== length) throw new InputError(`settings: T is ${count}; got ${length} values`);
  const name = kind === "beta" ? "linear" : "scaled-linear";
  return { name, start: Number(start), end: Number(end), count: Number(count) };
}

const adamWSchema = z.strictObject({
  lr: z.number(),
  betas: z.tuple([z.number(), z.number()]).default([0.9, 0.999]),
  eps: z.number().default(1e-8),
  weight_decay: z.number().default(0.01),
  amsgrad: z.literal(false).optional(),
  maximize: z.literal(false).optional(),
});

function checkAdamW(file: ReferenceFile): Check {
  try {
    const result = adamWSchema.safeParse(file.spec.adamw);
    if (!result.success) throw new InputError(`settings: adamw ${explain(result.error)}`);
    const { lr, betas, eps, weight_decay } = result.data;
    const [beta1, beta2] = betas;
    const settings = { learningRate: lr, beta1, beta2, epsilon: eps, weightDecay: weight_decay };
    const expected = valuesOf(file, "adamw/trajectory");
    const actual = trajectory(file, settings);
    const comparison = { name: "trajectory", expected, actual, noise: 0, scale: largest(expected) };
    return checkGroup(file.name, "adamw trajectory", [comparison], TENSOR_LIMIT);
  } catch (error) {
    return failedCheck(file.name, "adamw trajectory", reasonOf(error));
  }
}

/** Weights after every step [S, N], computed in float32 as in training. */
function trajectory(file: ReferenceFile, settings: AdamWSettings): Float32Array {
  const weights = Float32Array.from(valuesOf(file, "adamw/p0"));
  const gradients = Float32Array.from(valuesOf(file, "adamw/grads"));
  const size = weights.length;
  const steps = shapeOf(file, "adamw/grads")[0]!;
  if (gradients.length !== steps * size) throw new InputError(`adamw/grads must hold ${size} values a step`);
  const moments = { weights, first: new Float32Array(size), second: new Float32Array(size) };
  const path = new Float32Array(steps * size);
  for (let step = 0; step < steps; step++) {
    adamW(moments, gradients.subarray(step * size, (step + 1) * size), step + 1, settings);
    path.set(weights, step * size);
  }
  return path;
}
