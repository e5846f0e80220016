/** One thing with its features, and whether it is what is looked for. */
export interface Labelled {
  readonly features: readonly number[];
  readonly positive: boolean;
}

const ITERATIONS = 2000;
/** Weight of the squared coefficients beside the mean loss: two features that say the same share their part. */
const RIDGE = 0.01;

/**
 * Coefficients >= 0 of a logistic regression in which low features speak for a positive, both classes weighing alike.
 *
 * Projected gradient descent on the log loss with a ridge (Hastie, Tibshirani & Friedman 2009, 4.4). All 0 unless there are
 * positives and negatives.
 */
export function lowFeatureWeights(samples: readonly Labelled[], features: number): number[] {
  const positives = samples.filter(({ positive }) => positive).length;
  const negatives = samples.length - positives;
  const weights = new Array<number>(features).fill(0);
  if (positives === 0 || negatives === 0) return weights;
  const massOf = (positive: boolean) => 0.5 / (positive ? positives : negatives);
  const squares = samples.reduce(
    (sum, { features: x, positive }) => sum + massOf(positive) * (1 + dot(x, x)),
    0,
  );
  // the curvature of the loss is at most a quarter of the features' mean square
  const step = 1 / (squares / 4 + RIDGE);
  let bias = 0;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const gradient = weights.map((weight) => RIDGE * weight);
    let slope = 0;
    for (const { features: x, positive } of samples) {
      const probability = 1 / (1 + Math.exp(dot(weights, x) - bias));
      const error = massOf(positive) * (probability - (positive ? 1 : 0));
      slope += error;
      for (let i = 0; i < features; i++) gradient[i]! -= error * x[i]!;
    }
    bias -= step * slope;
    for (let i = 0; i < features; i++) weights[i] = Math.max(0, weights[i]! - step * gradient[i]!);
  }
  return weights;
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
