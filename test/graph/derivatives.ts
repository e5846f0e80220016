import { type Feeds, interpret } from "../../src/graph/interpret.js";
import type { Tensor } from "../../src/graph/tensor.js";
import { uniforms } from "../random.js";

/** The value of one tensor in float64. */
export const evaluate = (tensor: Tensor, feeds: Feeds = {}): Float64Array => interpret([tensor], feeds)[0]!;

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((total, value, i) => total + value * b[i]!, 0);

/** Seeded numbers in -1..1. */
export const direction = (seed: number, length: number): number[] => {
  const next = uniforms(seed);
  return Array.from({ length }, () => 2 * next() - 1);
};

/** d/dh of <cotangent, f(x + h v)> at 0, by central differences, for the input `name` of `output`. */
export function finiteDifference(
  output: Tensor,
  feeds: Feeds,
  name: string,
  v: readonly number[],
  cotangent: readonly number[],
): number {
  const at = (h: number) => {
    const moved = { ...feeds, [name]: Array.from(feeds[name]!, (value, i) => value + h * v[i]!) };
    return dot(evaluate(output, moved), cotangent);
  };
  const h = 1e-5;
  return (at(h) - at(-h)) / (2 * h);
}

/** Sum of the rows of [R, width]. */
export const sumOfRows = (rows: ArrayLike<number>, width: number): number[] =>
  Array.from(rows).reduce<number[]>((total, value, i) => {
    total[i % width]! += value;
    return total;
  }, new Array<number>(width).fill(0));
