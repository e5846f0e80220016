import { applyMap } from "../diffusion/forward.js";
import { blend, checkGuidance } from "../diffusion/guidance.js";
import type { PictureSize } from "../diffusion/picture.js";
import { applyStep, checkOutput, drawNoise, type SampleStep, type StepNoise } from "../diffusion/sample.js";
import type { AffineStep } from "../diffusion/steps.js";
import { throwIfCancelled, UsageError } from "../errors.js";
import { rowOfKind, type Source } from "./sources.js";

/** An image [6, H, W] and the part of it that each source supplied, rows [S, 6, H, W]; the rows add up to the image. */
export interface Ledger {
  readonly sources: readonly Source[];
  readonly rows: Float32Array;
  readonly image: Float32Array;
  readonly size: PictureSize;
}

/**
 * The network with this call's gates held fixed, applied to every source at once.
 * `x` is x_t [6, H, W]; `rows` [S, 6, H, W] is each source's own part of it. Returns the network's output, and for each
 * source L_t(its part of x; its own token, time embedding or bias), in the same row order: those rows add up to the output.
 */
export type FrozenNetwork = (
  x: Float32Array,
  rows: Float32Array,
  t: number,
) => Promise<{ readonly output: Float32Array; readonly rows: Float32Array }>;

/** State after a step, with each source's part of x: `rows` [S, 6, H, W] add up to `x`. */
export interface ExplainedStep extends SampleStep {
  readonly rows: Float32Array;
}

/** A sampling run with its account; `sources` names the rows, and must hold one `noise` and one `mu`. */
export interface ExplainRun {
  readonly network: FrozenNetwork;
  readonly xT: Float32Array;
  readonly sources: readonly Source[];
  readonly steps: readonly AffineStep[];
  readonly noise?: StepNoise | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Samples and keeps the account in lockstep: r' = input r + output L(r), plus mu's and the drawn noise's own terms.
 * Yields after each step, the same x as `sample`; throws as `sample` does.
 */
export async function* explainSampling(run: ExplainRun): AsyncGenerator<ExplainedStep, void, undefined> {
  const { network, xT, sources, steps, noise, signal } = run;
  let x = xT;
  let rows = startingRows(sources, xT);
  for (const step of steps) {
    throwIfCancelled(signal);
    const z = drawNoise(step, noise, x.length);
    const answer = await network(x, rows, step.t);
    throwIfCancelled(signal);
    checkOutput(answer.output, x.length, step.t);
    checkOutput(answer.rows, rows.length, step.t);
    const prediction = applyMap(step.x0, x, answer.output);
    x = applyStep(step, x, answer.output, z);
    rows = advanceRows({ step, sources, rows, outputs: answer.rows, z });
    yield { step: step.index + 1, count: steps.length, t: step.t, x, prediction, rows };
  }
}

/** The rows before the first step: x_T belongs to the noise, nothing to the others; throws UsageError without one noise and one mu source. */
export function startingRows(sources: readonly Source[], xT: Float32Array): Float32Array {
  for (const kind of ["noise", "mu"] as const) {
    const count = sources.filter((source) => source.kind === kind).length;
    if (count !== 1) throw new UsageError(`sources must hold exactly one ${kind}; got ${count}`);
  }
  const rows = new Float32Array(sources.length * xT.length); // [S, 6, H, W]
  rows.set(xT, rowOfKind(sources, "noise") * xT.length);
  return rows;
}

/** Classifier-free guidance of two frozen networks, row by row; both must use the same sources. Weight 1 runs the conditional one alone. */
export function guidedNetwork(
  conditional: FrozenNetwork,
  unconditional: FrozenNetwork,
  weight: number,
): FrozenNetwork {
  checkGuidance(weight);
  if (weight === 1) return conditional;
  return async (x, rows, t) => {
    const c = await conditional(x, rows, t);
    const u = await unconditional(x, rows, t);
    return { output: blend(c.output, u.output, weight), rows: blend(c.rows, u.rows, weight) };
  };
}

interface Advance {
  readonly step: AffineStep;
  readonly sources: readonly Source[];
  readonly rows: Float32Array;
  readonly outputs: Float32Array;
  readonly z: Float32Array | undefined;
}

function advanceRows({ step, sources, rows, outputs, z }: Advance): Float32Array {
  const length = rows.length / sources.length;
  const next = new Float32Array(rows.length); // [S, 6, H, W]
  sources.forEach((source, s) => {
    const own = (values: Float32Array) => values.subarray(s * length, (s + 1) * length); // [6, H, W]
    const constant = source.kind === "mu" ? step.mu : 0;
    const drawn = source.kind === "noise" ? z : undefined;
    own(next).set(applyStep({ ...step, mu: constant }, own(rows), own(outputs), drawn));
  });
  return next;
}
