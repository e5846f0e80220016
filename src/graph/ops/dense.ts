/** A matrix inside a flat array: element (i, j) is `values[start + i * row + j * column]`. */
export interface Matrix {
  readonly values: Float64Array;
  readonly start: number;
  readonly row: number;
  readonly column: number;
}

/** A row-major matrix of `width` columns, or the transpose of one of `height` columns. */
export const matrixAt = (values: Float64Array, start: number, width: number): Matrix => ({
  values,
  start,
  row: width,
  column: 1,
});

/** The same elements with rows and columns exchanged. */
export const transposed = ({ values, start, row, column }: Matrix): Matrix => ({
  values,
  start,
  row: column,
  column: row,
});

/** Adds the product of a [n, k] and b [k, m] to the row-major c [n, m] that begins at `at` of `result`. */
export function addProduct(
  result: Float64Array,
  at: number,
  [n, k, m]: readonly [number, number, number],
  a: Matrix,
  b: Matrix,
): void {
  const { values, start } = rowMajor(b, k, m);
  for (let i = 0; i < n; i++) {
    const to = at + i * m;
    const from = a.start + i * a.row;
    // Two rows of b at a time halve the traffic to and from the result.
    for (let p = 0; p < k; p += 2) {
      const first = a.values[from + p * a.column]!;
      const second = p + 1 < k ? a.values[from + (p + 1) * a.column]! : 0;
      const row = start + p * m;
      const next = p + 1 < k ? row + m : row;
      for (let j = 0; j < m; j++) result[to + j]! += first * values[row + j]! + second * values[next + j]!;
    }
  }
}

/** A copy in row-major order where the matrix is not in it already, so that inner loops read neighbours. */
function rowMajor(b: Matrix, height: number, width: number): Matrix {
  if (b.column === 1 && b.row === width) return b;
  const values = new Float64Array(height * width);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) values[i * width + j] = b.values[b.start + i * b.row + j * b.column]!;
  }
  return matrixAt(values, 0, width);
}
