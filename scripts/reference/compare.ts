/** Largest |difference| over the largest magnitude of the tensor that the file holds, unless no more than this. */
export const TENSOR_LIMIT = 1e-4;
/** The same for what a whole sampling run gives. */
export const RUN_LIMIT = 1e-3;

/**
 * How far, in units of a tensor's float32 noise, a value from the file may lie from the float64 one.
 *
 * The file's values are float32 results, and deep networks multiply rounding errors: their authors' own code, run on
 * another machine or with another number of threads, misses its own figures by up to 3.5 times this noise.
 */
export const NOISE_FACTOR = 5;

/** Noise from which a figure says nothing: the run is chaotic, and no two machines agree on it. */
const NOTHING_FIXED = 0.1;

/** A tensor of the file, and what was made of it here. */
export interface Comparison {
  readonly name: string;
  readonly expected: Float64Array;
  /** The value that is judged: float64 where there is such a path, else as shipped. */
  readonly actual: Float64Array | Float32Array;
  /** The same by ONNX Runtime, as shipped, beside a float64 value. */
  readonly shipped?: Float32Array | undefined;
  /** Largest |float32 value - float64 value| that rounding every operation was seen to cause. */
  readonly noise: number;
  /** What errors are relative to. */
  readonly scale: number;
}

/** One line of the report: a group of tensors, or the reason why it could not be checked. */
export interface Check {
  readonly where: string;
  readonly what: string;
  readonly passed: boolean;
  /** False where float32 fixes no digit of what was compared, so that passing shows next to nothing. */
  readonly conclusive: boolean;
  readonly detail: string;
}

/** Largest magnitude, 0 for an empty array. */
export const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Largest |a - b|; Infinity if lengths differ or a value is not finite. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
    most = Math.max(most, difference);
  }
  return most;
}

/** `part` of `scale`; where the scale is 0, 0 for no difference at all and Infinity for any. */
export const relative = (part: number, scale: number): number => (part === 0 ? 0 : part / scale);

/** A line for a group of tensors, which passes if every one of them does. */
export function checkGroup(where: string, what: string, group: readonly Comparison[], limit: number): Check {
  const judged = group.map((comparison) => judge(comparison, limit));
  const worst = judged.reduce((a, b) => (b.error > a.error ? b : a));
  const shipped = Math.max(...judged.map(({ shippedError }) => shippedError));
  const failed = judged.find(({ passed }) => !passed);
  const conclusive = judged.every(({ noise }) => noise < NOTHING_FIXED);
  const notes = [
    ...(group.some(({ shipped }) => shipped) ? [`float32 ${format(shipped)}`] : []),
    ...(worst.limit > limit ? [`limit ${format(worst.limit)} by float32 noise ${format(worst.noise)}`] : []),
    ...(conclusive ? [] : ["INCONCLUSIVE: float32 fixes no digit"]),
    ...(failed ? [`FAILED at ${failed.name}: ${format(failed.excess)} of its limit`] : []),
  ];
  const detail = [`worst ${format(worst.error)}`, ...notes].join("  ");
  return { where, what, passed: failed === undefined, conclusive, detail };
}

/** A line for what could not be checked. */
export const failedCheck = (where: string, what: string, reason: string): Check => ({
  where,
  what,
  passed: false,
  conclusive: true,
  detail: `FAILED: ${reason}`,
});

function judge({ name, expected, actual, shipped, noise, scale }: Comparison, base: number) {
  const error = relative(largestDifference(actual, expected), scale);
  const shippedError = shipped === undefined ? 0 : relative(largestDifference(shipped, expected), scale);
  const spread = relative(noise, scale);
  const limit = Math.max(base, NOISE_FACTOR * spread);
  // Two float32 results differ by the noise of both.
  const shippedLimit = Math.max(base, 2 * NOISE_FACTOR * spread);
  const excess = Math.max(error / limit, shippedError / shippedLimit);
  return { name, error, shippedError, noise: spread, limit, excess, passed: excess <= 1 };
}

const format = (value: number): string => (Number.isFinite(value) ? value.toExponential(1) : "not finite");
