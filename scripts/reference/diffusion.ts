import { checkAdamW } from "./adamw.js";
import { type Check, failedCheck } from "./compare.js";
import type { ReferenceFile } from "./reference-file.js";
import { checkSchedule } from "./schedule.js";

const known = ["alphas_cumprod", "adamw/p0", "adamw/grads", "adamw/trajectory"];

/** Whether a file is of the kind that holds a noise schedule and an optimiser's path. */
export const isDiffusion = ({ tensors }: ReferenceFile): boolean => known.some((name) => tensors.has(name));

/** Checks the noise schedule and the AdamW trajectory. */
export async function* checkDiffusion(file: ReferenceFile): AsyncGenerator<Check> {
  if (file.tensors.has("alphas_cumprod")) yield checkSchedule(file);
  if ([...file.tensors.keys()].some((name) => name.startsWith("adamw/"))) yield checkAdamW(file);
  for (const name of file.tensors.keys()) {
    if (!known.includes(name)) yield failedCheck(file.name, name, "tensor is of no known kind");
  }
}
