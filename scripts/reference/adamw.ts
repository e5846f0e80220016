import * as z from "zod";
import { InputError } from "../../src/errors.js";
import { explain } from "../../src/model/config.js";
import { type AdamWSettings, adamW, adamWFactors, type Numbers } from "../../src/train/adamw.js";
import { type Check, checkGroup, failedCheck, largest, TENSOR_LIMIT } from "./compare.js";
import { reasonOf } from "./reason.js";
import { type ReferenceFile, valuesOf } from "./reference-file.js";

const adamWSchema = z.strictObject({
  lr: z.number(),
  betas: z.tuple([z.number(), z.number()]).default([0.9, 0.999]),
  eps: z.number().default(1e-8),
  weight_decay: z.number().default(0.01),
  amsgrad: z.literal(false).optional(),
  maximize: z.literal(false).optional(),
});

/** Checks the weights after every step of the optimiser. */
export function checkAdamW(file: ReferenceFile): Check {
  try {
    const result = adamWSchema.safeParse(file.spec.adamw);
    if (!result.success) throw new InputError(`settings: adamw ${explain(result.error)}`);
    const { lr, betas, eps, weight_decay } = result.data;
    const [beta1, beta2] = betas;
    const settings = { learningRate: lr, beta1, beta2, epsilon: eps, weightDecay: weight_decay };
    const expected = valuesOf(file, "adamw/trajectory");
    const [float64, float32] = [
      trajectory(file, settings, Float64Array),
      trajectory(file, settings, Float32Array),
    ];
    const scale = largest(expected);
    const comparison = { name: "trajectory", expected, actual: float64, shipped: float32, noise: 0, scale };
    return checkGroup(file.name, "adamw trajectory", [comparison], TENSOR_LIMIT);
  } catch (error) {
    return failedCheck(file.name, "adamw trajectory", reasonOf(error));
  }
}

/** Weights after every step [S, N], in arrays of a kind. */
function trajectory<T extends Numbers>(
  file: ReferenceFile,
  settings: AdamWSettings,
  kind: { new (length: number): T; from(values: ArrayLike<number>): T },
): T {
  const start = valuesOf(file, "adamw/p0");
  const gradients = valuesOf(file, "adamw/grads"); // [S, N]
  const moments = {
    weights: kind.from(start),
    first: new kind(start.length),
    second: new kind(start.length),
  };
  const path: number[] = [];
  for (let step = 1; step * start.length <= gradients.length; step++) {
    const gradient = kind.from(gradients.subarray((step - 1) * start.length, step * start.length));
    adamW(moments, gradient, settings, adamWFactors(step, settings));
    path.push(...moments.weights);
  }
  return kind.from(path);
}
