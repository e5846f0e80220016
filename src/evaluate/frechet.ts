import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { InputError } from "../errors.js";
import type { Features } from "./features.js";
import { type Counts, onceEach } from "./statistics/resampling.js";

/** A normal distribution: its mean [width] and covariance [width, width]. */
export interface Gaussian {
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

/**
 * The normal distribution fitted to features, with the unbiased covariance; `counts` says how often each row counts.
 * Throws InputError if there are fewer than two rows.
 */
export function gaussianOf({ count, width, values }: Features, counts: Counts = onceEach(count)): Gaussian {
  if (count < 2) {
    throw new InputError(`a Frechet distance takes at least 2 pictures a set; got ${count}; give more`);
  }
  const total = counts.reduce((sum, times) => sum + times, 0);
  const mean = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < width; i++) mean[i]! += (counts[row]! * values[row * width + i]!) / total;
  }
  const upper = new Float64Array(width * width); // [D, D], on and above the diagonal
  const centred = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    if (counts[row] === 0) continue;
    for (let i = 0; i < width; i++) centred[i] = values[row * width + i]! - mean[i]!;
    for (let i = 0; i < width; i++) {
      const weighted = (counts[row]! * centred[i]!) / (total - 1);
      const line = i * width;
      for (let j = i; j < width; j++) upper[line + j]! += weighted * centred[j]!;
    }
  }
  const covariance = Matrix.zeros(width, width);
  for (let i = 0; i < width; i++) {
    for (let j = i; j < width; j++) {
      covariance.set(i, j, upper[i * width + j]!);
      covariance.set(j, i, upper[i * width + j]!);
    }
  }
  return { mean, covariance };
}

/**
 * The Frechet distance between two normal distributions, in squared units of the features (Dowson and Landau 1982):
 * |m1 - m2|^2 + tr(S1 + S2 - 2 (S1^1/2 S2 S1^1/2)^1/2).
 *
 * Covariances may lack full rank. Throws InputError if the widths differ or the numbers overflow.
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  if (a.mean.length !== b.mean.length) {
    throw new InputError(
      `both sets need features of one width; got ${a.mean.length} and ${b.mean.length}; use one network`,
    );
  }
  const apart = a.mean.reduce((total, value, i) => total + (value - b.mean[i]!) ** 2, 0);
  const overlap = traceOfRoot(a.covariance, b.covariance);
  const distance = apart + a.covariance.trace() + b.covariance.trace() - 2 * overlap;
  if (Number.isFinite(distance)) return Math.max(0, distance);
  throw new InputError(
    `features must be numbers near 1 in size; got a distance of ${distance}; rescale them`,
  );
}

/** tr((A^1/2 B A^1/2)^1/2) of two symmetric positive semidefinite matrices. */
function traceOfRoot(a: Matrix, b: Matrix): number {
  const { realEigenvalues, eigenvectorMatrix } = decomposed(a);
  const rounding = Math.max(...realEigenvalues) * a.rows * Number.EPSILON;
  const kept = realEigenvalues.flatMap((value, i) => (value > rounding ? [i] : []));
  if (kept.length === 0) return 0;
  // R with R^T R = A has the eigenvalues' roots times the eigenvectors as rows; R B R^T has the spectrum of A^1/2 B A^1/2.
  const root = new Matrix(kept.map((i) => eigenvectorMatrix.getColumn(i))); // [rank, D]
  for (const [row, i] of kept.entries()) root.mulRow(row, Math.sqrt(realEigenvalues[i]!));
  const product = root.mmul(b).mmul(root.transpose()); // [rank, rank]
  const symmetric = Matrix.add(product, product.transpose()).mul(0.5);
  return decomposed(symmetric).realEigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
}

const decomposed = (matrix: Matrix) => new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
