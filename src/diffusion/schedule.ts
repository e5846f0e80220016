import { UsageError } from "../errors.js";

/**
 * `scaled-linear`: sqrt(beta) rises linearly, as in Stable Diffusion's training; `linear`: beta itself does (Ho et al. 2020);
 * `zero-terminal`: scaled-linear with sqrt(alpha-bar) shifted and stretched so that the last step is noise alone (Lin et
 * al. 2024, Alg. 1), so that training, like sampling, meets a picture of which nothing shows yet.
 */
export const schedules = ["scaled-linear", "linear", "zero-terminal"] as const;
export type ScheduleName = (typeof schedules)[number];

/** A noise schedule: beta rises from `start` to `end`, both in 0..1, over `count` time steps. */
export interface Schedule {
  readonly name: ScheduleName;
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

export const DEFAULT_SCHEDULE: Schedule = { name: "scaled-linear", start: 0.00085, end: 0.012, count: 1000 };

/** alpha-bar_t, the product of (1 - beta) up to t, for every time step [T] in float64; throws UsageError for a range that is not in 0..1. */
export function alphaBars(schedule: Partial<Schedule> = {}): Float64Array {
  const { start, end, count } = { ...DEFAULT_SCHEDULE, ...schedule };
  const name = schedule.name ?? DEFAULT_SCHEDULE.name;
  if (!schedules.includes(name))
    throw new UsageError(`schedule must be one of ${schedules.join(", ")}; got ${name}`);
  if (!(start > 0 && start <= end && end < 1))
    throw new UsageError(`schedule start and end must satisfy 0 < start <= end < 1; got ${start} and ${end}`);
  if (!Number.isInteger(count) || count < 1)
    throw new UsageError(`schedule count must be 1 or more; got ${count}`);
  const exponent = name === "linear" ? 1 : 2;
  const low = start ** (1 / exponent);
  const high = end ** (1 / exponent);
  const bars = new Float64Array(count);
  let product = 1;
  for (let t = 0; t < count; t++) {
    const fraction = count === 1 ? 0 : t / (count - 1);
    product *= 1 - (low + fraction * (high - low)) ** exponent;
    bars[t] = product;
  }
  return name === "zero-terminal" ? endingInNoise(bars) : bars;
}

/** sqrt(alpha-bar) mapped linearly so that its first value stays and its last becomes 0. */
function endingInNoise(bars: Float64Array): Float64Array {
  const first = Math.sqrt(bars[0]!);
  const last = Math.sqrt(bars.at(-1)!);
  return bars.map((bar) => ((Math.sqrt(bar) - last) * (first / (first - last))) ** 2);
}
