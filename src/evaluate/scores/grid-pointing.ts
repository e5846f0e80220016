import { cellBounds, type GridCell } from "../../data/grid-cell.js";
import type { PictureSize } from "../../diffusion/picture.js";
import { UsageError } from "../../errors.js";
import { type AttributionMap, checkFinite } from "./map.js";

/**
 * Grid pointing game: the part of the map's positive values, averaged over each cell, that lies in the word's own cell of a
 * mosaic of n x n pictures, 0..1; chance is 1 / n^2 (Boehle et al. 2021).
 *
 * 0 for a map without a positive value. Throws UsageError for a grid that does not fit, InputError for a map that is not finite.
 */
export function gridPointing(map: AttributionMap, size: PictureSize, n: number, own: GridCell): number {
  const { height, width } = size;
  if (!Number.isInteger(n) || n < 1 || n > Math.min(height, width))
    throw new UsageError(`a grid must have 1 to ${Math.min(height, width)} cells a side; got ${n}`);
  for (const place of [own.row, own.column]) {
    if (!Number.isInteger(place) || place < 0 || place >= n)
      throw new UsageError(`row and column of a cell must be 0 to ${n - 1}; got ${place}`);
  }
  if (map.length !== height * width)
    throw new UsageError(
      `a map of ${height} x ${width} must have ${height * width} pixels; got ${map.length}`,
    );
  checkFinite(map);
  const energies = Array.from({ length: n * n }, (_, cell) =>
    meanEnergy(map, size, n, { row: Math.floor(cell / n), column: cell % n }),
  );
  const total = energies.reduce((sum, energy) => sum + energy, 0);
  return total === 0 ? 0 : energies[own.row * n + own.column]! / total;
}

function meanEnergy(map: AttributionMap, size: PictureSize, n: number, cell: GridCell): number {
  const { top, bottom, left, right } = cellBounds(size, n, cell);
  let energy = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) energy += Math.max(0, map[y * size.width + x]!);
  }
  return energy / ((bottom - top) * (right - left));
}
