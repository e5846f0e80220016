import type { PictureSize } from "../diffusion/picture.js";

/** A cell of an n x n grid, counted from the upper left corner, from 0. */
export interface GridCell {
  readonly row: number;
  readonly column: number;
}

/** Half-open ranges of rows and columns of a cell of an n x n grid: nearly equal parts that tile the picture. */
export function cellBounds({ height, width }: PictureSize, n: number, { row, column }: GridCell) {
  const edge = (length: number, k: number) => Math.round((length * k) / n);
  return {
    top: edge(height, row),
    bottom: edge(height, row + 1),
    left: edge(width, column),
    right: edge(width, column + 1),
  };
}
