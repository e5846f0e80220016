const ITERATIONS = 200;

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);

/** The vector at length 1. */
export function unit(vector: readonly number[]): number[] {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((x) => x / length);
}

/** The vector without its part along a unit direction. */
function reject(vector: readonly number[], direction: readonly number[]): number[] {
  const along = dot(vector, direction);
  return vector.map((x, i) => x - along * direction[i]!);
}

/**
 * Takes the mean and the `count` directions of largest variance out of a set of vectors, because all words share them
 * and so they say nothing about any one ("All-but-the-top", Mu and Viswanath 2018). Power iteration with deflation.
 */
export function removeCommonDirections(vectors: readonly (readonly number[])[], count: number): number[][] {
  const width = vectors[0]?.length ?? 0;
  const mean = Array.from(
    { length: width },
    (_, i) => vectors.reduce((sum, v) => sum + v[i]!, 0) / vectors.length,
  );
  let rest = vectors.map((vector) => vector.map((x, i) => x - mean[i]!));
  for (let found = 0; found < count; found++) {
    const covariance = mean.map((_, i) =>
      mean.map((_, j) => rest.reduce((sum, v) => sum + v[i]! * v[j]!, 0)),
    );
    let direction = unit(mean.map((_, i) => 1 / (i + 1)));
    for (let step = 0; step < ITERATIONS; step++)
      direction = unit(covariance.map((row) => dot(row, direction)));
    rest = rest.map((vector) => reject(vector, direction));
  }
  return rest;
}
