import { InputError, throwIfCancelled, UsageError } from "../errors.js";
import { applyMap } from "./forward.js";
import type { AffineStep } from "./steps.js";

/** The network as the sampler sees it: (x_t, t) to the predicted x0 or noise, of the same length as x_t. */
export type Denoise = (x: Float32Array, t: number) => Promise<Float32Array>;

/** Unit-variance noise of step `index`, as long as x; the same array for the same index. */
export type StepNoise = (index: number) => Float32Array;

/** State after a step; the arrays are not written to afterwards. */
export interface SampleStep {
  /** Steps done, 1..count. */
  readonly step: number;
  readonly count: number;
  /** Time step that the network was given. */
  readonly t: number;
  /** x after the step; after the last one, the generated picture, unclamped. */
  readonly x: Float32Array;
  /** The clean picture predicted at this step, unclamped. */
  readonly prediction: Float32Array;
}

/** A sampling run; `noise` is needed if a step draws any (eta above 0, ancestral). */
export interface SampleRun {
  readonly denoise: Denoise;
  readonly xT: Float32Array;
  readonly steps: readonly AffineStep[];
  readonly noise?: StepNoise | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs the steps and yields after each; throws CancelledError within one step of an abort, InputError for a network output of wrong length or not finite. */
export async function* sample(run: SampleRun): AsyncGenerator<SampleStep, void, undefined> {
  const { denoise, xT, steps, noise, signal } = run;
  let x = xT;
  for (const step of steps) {
    throwIfCancelled(signal);
    const z = drawNoise(step, noise, x.length);
    const output = await denoise(x, step.t);
    throwIfCancelled(signal);
    checkOutput(output, x.length, step.t);
    const prediction = applyMap(step.x0, x, output);
    x = applyStep(step, x, output, z);
    yield { step: step.index + 1, count: steps.length, t: step.t, x, prediction };
  }
}

/** input * x + output * net + mu + noise * z, computed in float64 and rounded once. */
export function applyStep(
  step: AffineStep,
  x: Float32Array,
  output: Float32Array,
  z: Float32Array | undefined,
): Float32Array {
  if (z === undefined) return applyMap(step, x, output);
  return x.map((value, i) => step.input * value + step.output * output[i]! + step.mu + step.noise * z[i]!);
}

/** The noise that a step draws, or undefined if it draws none; throws UsageError if it is needed and missing or of wrong length. */
export function drawNoise(
  step: AffineStep,
  noise: StepNoise | undefined,
  length: number,
): Float32Array | undefined {
  if (step.noise === 0) return undefined;
  if (noise === undefined) throw new UsageError(`step ${step.index} draws noise; pass noise, or use eta 0`);
  const z = noise(step.index);
  if (z.length !== length)
    throw new UsageError(`noise of step ${step.index} must have ${length} values; got ${z.length}`);
  return z;
}

/** Throws InputError unless the network returned `length` finite values. */
export function checkOutput(output: Float32Array, length: number, t: number): void {
  if (output.length !== length)
    throw new InputError(`the network must return ${length} values; got ${output.length} at t = ${t}`);
  if (!output.every(Number.isFinite))
    throw new InputError(`the network returned a value that is not finite at t = ${t}; check its weights`);
}
