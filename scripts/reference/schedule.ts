import { alphaBars, type Schedule } from "../../src/diffusion/schedule.js";
import { InputError } from "../../src/errors.js";
import { type Check, checkGroup, failedCheck, largest, TENSOR_LIMIT } from "./compare.js";
import { reasonOf } from "./reason.js";
import { type ReferenceFile, valuesOf } from "./reference-file.js";

/** Checks alpha-bar of every time step. */
export function checkSchedule(file: ReferenceFile): Check {
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
