import { UsageError } from "../errors.js";
import { type AffineMap, cleanEstimate, type Prediction, type Process } from "./forward.js";

/**
 * One sampler step as plain data: x' = input * x + output * net(x, t) + mu + noise * z, z ~ N(0, 1).
 * `mu` and `noise` already hold the mean and the standard deviation of the process.
 */
export interface AffineStep extends AffineMap {
  /** Position in the run, 0 for the noisiest. */
  readonly index: number;
  /** Time step given to the network, 0..T-1. */
  readonly t: number;
  readonly noise: number;
  /** The clean picture predicted at this step, from the same x and network output. */
  readonly x0: AffineMap;
}

/** Which time steps a run visits: 1 + i floor(T/S) (Song et al. 2021), or T-1 downwards (Lin et al. 2024, Table 2). */
export type Spacing = "leading" | "trailing";

/** Where the last step ends: at a clean picture (alpha-bar 1), or at the schedule's first alpha-bar. */
export type LastStep = "one" | "first";

/** The settings that every sampler shares. */
export interface SamplerSettings extends Process {
  /** alpha-bar of each of the T time steps of the schedule. */
  readonly alphaBar: ArrayLike<number>;
  /** Steps of the run, 1..T. */
  readonly steps: number;
  readonly spacing: Spacing;
  readonly last: LastStep;
  readonly prediction: Prediction;
}

/** DDIM settings; `eta` 0..1 scales the noise drawn at each step, 0 draws none. */
export interface DdimSettings extends SamplerSettings {
  readonly eta: number;
}

/** The time steps of a run, noisiest first; throws UsageError unless `steps` is 1..T. */
export function timeSteps(steps: number, total: number, spacing: Spacing): number[] {
  if (!Number.isInteger(steps) || steps < 1 || steps > total)
    throw new UsageError(`steps must be 1 to ${total}; got ${steps}`);
  if (spacing === "trailing")
    return Array.from({ length: steps }, (_, i) => Math.round(total - (i * total) / steps) - 1);
  const stride = Math.floor(total / steps);
  // With as many steps as the schedule has, starting at 1 would run past its end.
  const offset = Math.min(1, total - 1 - stride * (steps - 1));
  return Array.from({ length: steps }, (_, i) => offset + stride * (steps - 1 - i));
}

/** The steps of DDIM (Song et al. 2021, Eq. 12 and 16), noisiest first; throws UsageError for settings out of range. */
export function ddimSteps(settings: DdimSettings): AffineStep[] {
  const { eta, prediction, sigma } = settings;
  if (!(eta >= 0 && eta <= 1)) throw new UsageError(`eta must be 0 to 1; got ${eta}`);
  return transitions(settings).map(({ index, t, from, to }) => {
    const spread = eta * Math.sqrt((1 - to) / (1 - from)) * Math.sqrt(1 - from / to);
    const direction = Math.sqrt(Math.max(0, 1 - to - spread * spread));
    const kept = direction / Math.sqrt(1 - from);
    return affineStep({ index, t, from, to, kept, noise: sigma * spread, prediction, process: settings });
  });
}

/** The steps of ancestral sampling with the posterior's own variance (Ho et al. 2020, Eq. 7), noisiest first. */
export function ancestralSteps(settings: SamplerSettings): AffineStep[] {
  const { prediction, sigma } = settings;
  return transitions(settings).map(({ index, t, from, to }) => {
    const beta = 1 - from / to;
    const kept = (Math.sqrt(from / to) * (1 - to)) / (1 - from);
    const noise = sigma * Math.sqrt((beta * (1 - to)) / (1 - from));
    return affineStep({ index, t, from, to, kept, noise, prediction, process: settings });
  });
}

interface Transition {
  readonly index: number;
  readonly t: number;
  /** alpha-bar before and after the step. */
  readonly from: number;
  readonly to: number;
}

function transitions({ alphaBar, steps, spacing, last, mu, sigma }: SamplerSettings): Transition[] {
  if (!Number.isFinite(mu) || !(sigma > 0 && sigma < Number.POSITIVE_INFINITY))
    throw new UsageError(`mu must be finite and sigma above 0; got ${mu} and ${sigma}`);
  const times = timeSteps(steps, alphaBar.length, spacing);
  const end = last === "one" ? 1 : alphaBar[0]!;
  return times.map((t, index) => {
    const next = times[index + 1];
    return { index, t, from: alphaBar[t]!, to: next === undefined ? end : alphaBar[next]! };
  });
}

interface Coefficients extends Transition {
  /** Factor of x when the network's output is read as the clean picture. */
  readonly kept: number;
  readonly noise: number;
  readonly prediction: Prediction;
  readonly process: Process;
}

/** x' = kept x + (sqrt(to) - kept sqrt(from)) x0 + (rest to 1) mu, with x0 put in terms of the network's output. */
function affineStep({ index, t, from, to, kept, noise, prediction, process }: Coefficients): AffineStep {
  const x0 = cleanEstimate(prediction, from, process);
  const clean = Math.sqrt(to) - kept * Math.sqrt(from);
  return {
    index,
    t,
    input: kept + clean * x0.input,
    output: clean * x0.output,
    mu: (1 - kept - clean) * process.mu + clean * x0.mu,
    noise,
    x0,
  };
}
