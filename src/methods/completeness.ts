import { InputError, UsageError } from "../errors.js";

/** How far an attribution's parts are from what they are to add up to. */
export interface CompletenessError {
  /** The largest |sum of parts - difference| over values. */
  readonly largest: number;
  /** |sum of parts - difference|_1 / |difference|_1; null where the difference is 0 everywhere. */
  readonly relative: number | null;
}

/**
 * Completeness error of parts that are to add up to f(x) - f(baseline) (Sundararajan et al. 2017).
 *
 * `parts` and `difference` hold as many values each: one for a scalar f, [6, H, W] for a picture. Throws UsageError for
 * lengths that differ, InputError for values that are not finite.
 */
export function completenessError(
  parts: readonly ArrayLike<number>[],
  difference: ArrayLike<number>,
): CompletenessError {
  const odd = parts.find(({ length }) => length !== difference.length);
  if (odd !== undefined)
    throw new UsageError(`every part must have ${difference.length} values; got ${odd.length}`);
  let largest = 0;
  let missing = 0;
  let size = 0;
  for (let i = 0; i < difference.length; i++) {
    const error = Math.abs(parts.reduce((sum, part) => sum + part[i]!, 0) - difference[i]!);
    if (!Number.isFinite(error)) throw new InputError(`parts and difference must be finite; got ${error}`);
    largest = Math.max(largest, error);
    missing += error;
    size += Math.abs(difference[i]!);
  }
  return { largest, relative: size === 0 ? null : missing / size };
}
