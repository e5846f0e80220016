import { erf } from "../../src/graph/erf.js";
import { filled, WIDTH } from "./small.js";

/** A small text transformer in plain float64 loops, over the tensors of `small.ts` as open_clip names them. */

type Row = readonly number[];
type Rows = readonly Row[];

const rowsOf = (values: ArrayLike<number>, width: number): Rows =>
  Array.from({ length: values.length / width }, (_, row) =>
    Array.from({ length: width }, (__, column) => values[row * width + column]!),
  );

const dot = (a: Row, b: Row): number => a.reduce((total, value, i) => total + value * b[i]!, 0);
const plus = (a: Row, b: Row): Row => a.map((value, i) => value + b[i]!);

const vector = (name: string, length: number): Row => [...filled(name, [length])];
const matrix = (name: string, rows: number, columns: number): Rows =>
  rowsOf(filled(name, [rows, columns]), columns);

const linear = (x: Row, weight: Rows, bias: Row): Row => weight.map((row, i) => dot(row, x) + bias[i]!);

function layerNorm(x: Row, name: string): Row {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((total, value) => total + (value - mean) ** 2, 0) / x.length;
  const [weight, bias] = [vector(`${name}.weight`, x.length), vector(`${name}.bias`, x.length)];
  return x.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * weight[i]! + bias[i]!);
}

const gelus = {
  gelu: (x: number) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  "quick-gelu": (x: number) => x / (1 + Math.exp(-1.702 * x)),
};

/** For each position, what it hears of itself and of those before it. */
function attention(x: Rows, name: string, heads: number): Rows {
  const size = WIDTH / heads;
  const weight = matrix(`${name}.in_proj_weight`, 3 * WIDTH, WIDTH);
  const bias = vector(`${name}.in_proj_bias`, 3 * WIDTH);
  const all = x.map((row) => linear(row, weight, bias)); // query, key, value
  const part = (at: number, which: number, head: number): Row =>
    all[at]!.slice(which * WIDTH + head * size, which * WIDTH + (head + 1) * size);
  return x.map((_, at) => {
    const heard = Array.from({ length: heads }, (__, head) => {
      const before = x.slice(0, at + 1).map((___, other) => other);
      const scores = before.map((other) =>
        Math.exp(dot(part(at, 0, head), part(other, 1, head)) / Math.sqrt(size)),
      );
      const total = scores.reduce((a, b) => a + b, 0);
      return Array.from({ length: size }, (___, i) =>
        before.reduce((sum, other) => sum + (scores[other]! / total) * part(other, 2, head)[i]!, 0),
      );
    }).flat();
    return linear(
      heard,
      matrix(`${name}.out_proj.weight`, WIDTH, WIDTH),
      vector(`${name}.out_proj.bias`, WIDTH),
    );
  });
}

/** What becomes of embedded tokens x [77, WIDTH]. */
export function plainTransformer(
  x: ArrayLike<number>,
  {
    blocks,
    heads,
    hiddenWidth,
    activation,
  }: {
    blocks: number;
    heads: number;
    hiddenWidth: number;
    activation: "gelu" | "quick-gelu";
  },
): number[] {
  let h = rowsOf(x, WIDTH);
  for (let block = 0; block < blocks; block++) {
    const at = `transformer.resblocks.${block}`;
    const heard = attention(
      h.map((row) => layerNorm(row, `${at}.ln_1`)),
      `${at}.attn`,
      heads,
    );
    const [up, upBias] = [
      matrix(`${at}.mlp.c_fc.weight`, hiddenWidth, WIDTH),
      vector(`${at}.mlp.c_fc.bias`, hiddenWidth),
    ];
    const [down, downBias] = [
      matrix(`${at}.mlp.c_proj.weight`, WIDTH, hiddenWidth),
      vector(`${at}.mlp.c_proj.bias`, WIDTH),
    ];
    h = h.map((row, i) => {
      const middle = plus(row, heard[i]!);
      const hidden = linear(layerNorm(middle, `${at}.ln_2`), up, upBias).map(gelus[activation]);
      return plus(middle, linear(hidden, down, downBias));
    });
  }
  return h.flatMap((row) => layerNorm(row, "ln_final"));
}
