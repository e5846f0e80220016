import { noiseImage } from "../../src/diffusion/random.js";
import type { Denoise } from "../../src/diffusion/sample.js";
import type { FrozenNetwork } from "../../src/explain/ledger.js";

export type Vector = Float64Array;
type Matrix = readonly Vector[];

/** Something that enters the network beside x, and the row of the ledger that owns it. */
export interface Owned {
  readonly vector: Vector;
  readonly row: number;
}

/** A dense dynamic-linear network with one cross-attention over a context, and its frozen linear map. */
export interface ToyNetwork {
  readonly denoise: Denoise;
  readonly frozen: FrozenNetwork;
  /** The reverse rule of the frozen map at (x, t): the cotangent of the output to those of x and of each context vector. */
  readonly pullback: (x: Float32Array, t: number, cotangent: Vector) => { x: Vector; context: Vector[] };
}

export interface ToyInputs {
  readonly length: number;
  readonly context: readonly Owned[];
  readonly timeRow: number;
  readonly biasRow?: number;
}

export const TOKEN_WIDTH = 4;
const HIDDEN = 16;
const TIME_WIDTH = 6;

/** h = B(x) + B(time) [+ bias]; h += attention(h, context); out = gain B(silu(h)), B a unit-norm B-cos layer with B = 2. */
export function toyNetwork({ length, context, timeRow, biasRow }: ToyInputs): ToyNetwork {
  const inward = unitRows(1, HIDDEN, length);
  const timeWeights = unitRows(2, HIDDEN, TIME_WIDTH);
  const queries = unitRows(3, TOKEN_WIDTH, HIDDEN);
  const keys = unitRows(4, TOKEN_WIDTH, TOKEN_WIDTH);
  const values = unitRows(5, HIDDEN, TOKEN_WIDTH);
  const outward = unitRows(6, length, HIDDEN);
  const bias = biasRow === undefined ? zeros(HIDDEN) : gaussian(7, HIDDEN);
  const gain = Math.sqrt(HIDDEN / 3);

  /** One live pass: the output, and every factor that a frozen pass holds constant. */
  function run(x: ArrayLike<number>, t: number) {
    const emb = Float64Array.from({ length: TIME_WIDTH }, (_, i) => Math.cos(t / 10 ** i));
    const first = cosines(inward, x);
    const second = cosines(timeWeights, emb);
    const before = add(
      add(times(first, multiply(inward, x)), times(second, multiply(timeWeights, emb))),
      bias,
    );
    const query = multiply(queries, before);
    const attention = softmax(context.map(({ vector }) => dot(query, multiply(keys, vector))));
    const third = context.map(({ vector }) => cosines(values, vector));
    const spoken = context.map(({ vector }, i) =>
      scale(times(third[i]!, multiply(values, vector)), attention[i]!),
    );
    const hidden = spoken.reduce(add, before);
    const gate = hidden.map((value) => 1 / (1 + Math.exp(-value)));
    const active = times(gate, hidden);
    const last = cosines(outward, active).map((value) => gain * value);
    return {
      emb,
      first,
      second,
      attention,
      third,
      gate,
      last,
      output: times(last, multiply(outward, active)),
    };
  }

  const denoise: Denoise = async (x, t) => Float32Array.from(run(x, t).output);

  const frozen: FrozenNetwork = async (x, rows, t) => {
    const { emb, first, second, attention, third, gate, last, output } = run(x, t);
    const result = new Float32Array(rows.length);
    for (let row = 0; row * length < rows.length; row++) {
      let hidden = times(first, multiply(inward, rows.subarray(row * length, (row + 1) * length)));
      if (row === timeRow) hidden = add(hidden, times(second, multiply(timeWeights, emb)));
      if (row === biasRow) hidden = add(hidden, bias);
      context.forEach((own, i) => {
        if (own.row === row)
          hidden = add(hidden, scale(times(third[i]!, multiply(values, own.vector)), attention[i]!));
      });
      result.set(times(last, multiply(outward, times(gate, hidden))), row * length);
    }
    return { output: Float32Array.from(output), rows: result };
  };

  const pullback: ToyNetwork["pullback"] = (x, t, cotangent) => {
    const { first, attention, third, gate, last } = run(x, t);
    const hidden = times(gate, transposed(outward, times(last, cotangent)));
    return {
      x: transposed(inward, times(first, hidden)),
      context: context.map((_, i) => scale(transposed(values, times(third[i]!, hidden)), attention[i]!)),
    };
  };

  return { denoise, frozen, pullback };
}

/** Seeded N(0, 1) vector. */
export function gaussian(seed: number, length: number): Vector {
  return Float64Array.from(noiseImage(seed, length));
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
}

export function add(a: Vector, b: ArrayLike<number>): Vector {
  return a.map((value, i) => value + b[i]!);
}

export function scale(a: Vector, factor: number): Vector {
  return a.map((value) => factor * value);
}

export function zeros(length: number): Vector {
  return new Float64Array(length);
}

function unitRows(seed: number, height: number, width: number): Matrix {
  return Array.from({ length: height }, (_, i) => {
    const row = gaussian(1000 * seed + i, width);
    return scale(row, 1 / Math.hypot(...row));
  });
}

function multiply(matrix: Matrix, x: ArrayLike<number>): Vector {
  return Float64Array.from(matrix, (row) => dot(row, x));
}

function transposed(matrix: Matrix, y: Vector): Vector {
  return matrix.reduce((sum, row, i) => add(sum, scale(row, y[i]!)), zeros(matrix[0]!.length));
}

/** |cos(w, x)| of each row, the dynamic factor of a B-cos layer. */
function cosines(matrix: Matrix, x: ArrayLike<number>): Vector {
  const norm = Math.hypot(...Array.from(x)) + 1e-12;
  return multiply(matrix, x).map((value) => Math.abs(value) / norm);
}

function times(a: Vector, b: Vector): Vector {
  return a.map((value, i) => value * b[i]!);
}

function softmax(scores: readonly number[]): number[] {
  const powers = scores.map(Math.exp);
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}
