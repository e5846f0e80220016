import { cellBounds, type GridCell } from "../data/grid-cell.js";
import { type Mosaic, shrink, type Tile } from "../data/mosaic.js";
import type { Process } from "../diffusion/forward.js";
import { mean } from "./statistics/summary.js";

/**
 * The most that maps can be expected to score in the grid pointing game on a noised mosaic `x` [6, H, W], 0..1: that of an
 * observer who knows every drawing to the pixel, and has only to find out which is in which cell.
 *
 * A map divides its energy among the cells, so its expected score is a mean of the probabilities, given `x`, that the thing is in
 * each; the highest of them is the best it can do. `alphaBar` is the share of the picture's variance that is left (Ho et al. 2020 Eq. 4).
 */
export function observerScore(
  { side, tiles }: Pick<Mosaic, "side" | "tiles">,
  x: Float32Array,
  alphaBar: number,
  process: Process,
): number {
  const logs = tiles.map((cell) =>
    tiles.map((tile) => logLikelihood(tile, cell, side, x, alphaBar, process)),
  );
  return mean(assignmentMarginals(logs).map((cells) => Math.max(...cells)));
}

/** ln p(x in a cell | a tile's thing is there), less what is the same for all things. */
function logLikelihood(
  { alone }: Tile,
  cell: GridCell,
  side: number,
  x: Float32Array,
  alphaBar: number,
  { mu, sigma }: Process,
): number {
  const edge = Math.sqrt(x.length / 6);
  const { top, bottom, left, right } = cellBounds({ height: edge, width: edge }, side, cell);
  const [height, width] = [bottom - top, right - left];
  const thing = shrink(alone, height, width); // [h, w, 3]
  const signal = Math.sqrt(alphaBar);
  let squares = 0;
  // the other three channels are one less these, noise and all
  for (let channel = 0; channel < 3; channel++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const shown = x[(channel * edge + top + row) * edge + left + column]!;
        const clean = thing[3 * (row * width + column) + channel]! / 255;
        squares += (shown - signal * clean - (1 - signal) * mu) ** 2;
      }
    }
  }
  return -squares / (2 * sigma ** 2 * (1 - alphaBar));
}

/**
 * Probabilities [thing][cell] when every assignment of n things to n cells has a probability in proportion to exp of the sum
 * of its log likelihoods [cell][thing]. Exact, by sums over which things the first cells hold: 2^n n of them.
 */
export function assignmentMarginals(logLikelihoods: readonly (readonly number[])[]): number[][] {
  const n = logLikelihoods.length;
  // what all things of a cell have in common divides out, and would cost digits
  const logs = logLikelihoods.map((things) => things.map((log) => log - Math.max(...things)));
  const full = 2 ** n - 1;
  const held = Array.from({ length: full + 1 }, (_, set) => bitsOf(set, n));
  /** ln of the sum over all ways to give the first cells the things of a set. */
  const before = new Float64Array(full + 1).fill(Number.NEGATIVE_INFINITY);
  /** The same for the other cells and the other things. */
  const after = new Float64Array(full + 1).fill(Number.NEGATIVE_INFINITY);
  before[0] = 0;
  after[full] = 0;
  for (let set = 1; set <= full; set++) {
    const things = held[set]!;
    before[set] = logSum(things.map((thing) => before[set - 2 ** thing]! + logs[things.length - 1]![thing]!));
  }
  for (let set = full - 1; set >= 0; set--) {
    const others = held[full - set]!;
    after[set] = logSum(others.map((thing) => after[set + 2 ** thing]! + logs[n - others.length]![thing]!));
  }
  const all = before[full]!;
  return Array.from({ length: n }, (_, thing) =>
    Array.from({ length: n }, (_, cell) => {
      const sets = held.flatMap((things, set) =>
        things.length === cell && !things.includes(thing) ? [set] : [],
      );
      return Math.exp(
        logSum(sets.map((set) => before[set]! + logs[cell]![thing]! + after[set + 2 ** thing]!)) - all,
      );
    }),
  );
}

const bitsOf = (set: number, n: number): number[] =>
  Array.from({ length: n }, (_, bit) => bit).filter((bit) => Math.floor(set / 2 ** bit) % 2 === 1);

function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs);
  return most === Number.NEGATIVE_INFINITY
    ? most
    : most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}
