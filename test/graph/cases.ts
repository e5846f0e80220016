import { after } from "../../src/graph/ops/after.js";
import { input } from "../../src/graph/ops/constant.js";
import * as conv from "../../src/graph/ops/convolution.js";
import * as elementwise from "../../src/graph/ops/elementwise.js";
import { gate, hold, keep } from "../../src/graph/ops/gate.js";
import { gather, scatterAdd } from "../../src/graph/ops/gather.js";
import { matmul } from "../../src/graph/ops/product.js";
import * as reduce from "../../src/graph/ops/reduce.js";
import { softmax } from "../../src/graph/ops/softmax.js";
import { inverseDeviation, standardise } from "../../src/graph/ops/standardise.js";
import * as structure from "../../src/graph/ops/structure.js";
import type { Shape } from "../../src/graph/shape.js";
import type { Tensor } from "../../src/graph/tensor.js";

/** One use of an op: differentiable inputs by shape, and what is built from them. */
export interface OpCase {
  readonly shapes: readonly Shape[];
  /** Values are drawn from 0.5 to 1.5 instead of around zero. */
  readonly positive?: boolean;
  /** Values of whole-number inputs, by name. */
  readonly ids?: Readonly<Record<string, readonly number[]>>;
  build(...inputs: Tensor[]): Tensor;
}

const one = (shapes: readonly Shape[], build: OpCase["build"]): OpCase => ({ shapes, build });
const window = { stride: 2, padding: 1 };
const tight = { stride: 1, padding: 0 };
const same = { stride: 1, padding: 1 };
const ids = { ids: [2, 0, 2] };
const idsInput = (): Tensor => input("ids", [3], "int64");

/** At least one case for every op, named as the op names itself. */
export const cases: Readonly<Record<string, readonly OpCase[]>> = {
  add: [
    one([[2, 3], [3]], elementwise.add),
    one(
      [
        [2, 1, 4],
        [3, 1],
      ],
      elementwise.add,
    ),
  ],
  subtract: [
    one(
      [
        [2, 3],
        [2, 1],
      ],
      elementwise.subtract,
    ),
  ],
  multiply: [
    one(
      [
        [2, 3],
        [2, 3],
      ],
      elementwise.multiply,
    ),
    one(
      [
        [2, 3],
        [1, 3],
      ],
      elementwise.multiply,
    ),
  ],
  divide: [
    {
      ...one(
        [
          [2, 3],
          [2, 1],
        ],
        elementwise.divide,
      ),
      positive: true,
    },
  ],
  negate: [one([[2, 3]], elementwise.negate)],
  sign: [one([[2, 3]], elementwise.sign)],
  abs: [one([[2, 3]], elementwise.abs)],
  sqrt: [{ ...one([[2, 3]], elementwise.sqrt), positive: true }],
  exp: [one([[2, 3]], elementwise.exp)],
  log: [{ ...one([[2, 3]], elementwise.log), positive: true }],
  reciprocal: [{ ...one([[2, 3]], elementwise.reciprocal), positive: true }],
  sigmoid: [one([[2, 3]], elementwise.sigmoid)],
  erf: [one([[2, 9]], elementwise.erfOf)],
  cos: [one([[2, 3]], elementwise.cos)],
  sin: [one([[2, 3]], elementwise.sin)],
  power: [{ ...one([[2, 3]], (x) => elementwise.power(x, 1.25)), positive: true }],
  sum: [one([[2, 3, 4]], (x) => reduce.sum(x, [1, 2]))],
  sumOfSquares: [one([[2, 3, 4]], (x) => reduce.sumOfSquares(x, [2]))],
  isMaximum: [one([[2, 3, 4]], (x) => reduce.isMaximum(x, 1))],
  reshape: [one([[2, 3, 4]], (x) => structure.reshape(x, [2, 12]))],
  transpose: [one([[2, 3, 4]], (x) => structure.transpose(x, [0, 2, 1]))],
  broadcastTo: [one([[2, 1, 4]], (x) => structure.broadcastTo(x, [2, 3, 4]))],
  slice: [one([[2, 5, 4]], (x) => structure.slice(x, 1, 1, 4))],
  pad: [one([[2, 3, 4]], (x) => structure.pad(x, 2, 1, 2))],
  concat: [
    one(
      [
        [2, 3, 4],
        [2, 1, 4],
      ],
      (a, b) => structure.concat([a, b], 1),
    ),
  ],
  matmul: [
    one(
      [
        [2, 3, 4],
        [4, 5],
      ],
      (a, b) => matmul(a, b),
    ),
    one(
      [
        [2, 3, 4],
        [5, 4],
      ],
      (a, b) => matmul(a, b, { transposeB: true }),
    ),
    one(
      [
        [2, 4, 3],
        [2, 5, 4],
      ],
      (a, b) => matmul(a, b, { transposeA: true, transposeB: true }),
    ),
    one(
      [
        [2, 2, 3, 4],
        [1, 2, 4, 5],
      ],
      (a, b) => matmul(a, b),
    ),
  ],
  softmax: [one([[2, 3, 4]], softmax)],
  conv: [
    one(
      [
        [2, 3, 5, 4],
        [4, 3, 3, 3],
      ],
      (x, w) => conv.conv(x, w, same),
    ),
    one(
      [
        [2, 3, 6, 4],
        [4, 3, 3, 3],
      ],
      (x, w) => conv.conv(x, w, window),
    ),
    one(
      [
        [2, 3, 5, 5],
        [2, 3, 3, 3],
      ],
      (x, w) => conv.conv(x, w, window),
    ),
    one(
      [
        [2, 3, 5, 4],
        [4, 3, 1, 1],
      ],
      (x, w) => conv.conv(x, w, tight),
    ),
  ],
  convInputGradient: [
    one(
      [
        [2, 4, 5, 4],
        [4, 3, 3, 3],
      ],
      (g, w) => conv.convInputGradient(g, w, [2, 3, 5, 4], same),
    ),
    one(
      [
        [2, 4, 3, 2],
        [4, 3, 3, 3],
      ],
      (g, w) => conv.convInputGradient(g, w, [2, 3, 6, 4], window),
    ),
    one(
      [
        [2, 4, 3, 2],
        [4, 3, 3, 3],
      ],
      (g, w) => conv.convInputGradient(g, w, [2, 3, 5, 3], window),
    ),
  ],
  convWeightGradient: [
    one(
      [
        [2, 3, 5, 4],
        [2, 4, 5, 4],
      ],
      (x, g) => conv.convWeightGradient(x, g, [4, 3, 3, 3], same),
    ),
    one(
      [
        [2, 4, 5, 4],
        [2, 3, 5, 4],
      ],
      (x, g) => conv.convWeightGradient(x, g, [3, 4, 3, 3], same),
    ),
    one(
      [
        [1, 4, 5, 4],
        [1, 3, 3, 2],
      ],
      (x, g) => conv.convWeightGradient(x, g, [3, 4, 3, 3], tight),
    ),
    one(
      [
        [2, 3, 6, 4],
        [2, 4, 3, 2],
      ],
      (x, g) => conv.convWeightGradient(x, g, [4, 3, 3, 3], window),
    ),
    one(
      [
        [2, 3, 5, 4],
        [2, 4, 5, 4],
      ],
      (x, g) => conv.convWeightGradient(x, g, [4, 3, 1, 1], tight),
    ),
  ],
  gate: [one([[2, 3]], gate)],
  hold: [one([[2, 3]], hold)],
  keep: [one([[2, 3]], keep)],
  after: [
    one([[2, 3], [4, 1], [2]], (x, ...others) => after(x, others)),
    one([[], []], (x, other) => after(x, [other])),
  ],
  gather: [{ ...one([[4, 3]], (table) => gather(table, idsInput())), ids }],
  scatterAdd: [{ ...one([[3, 2]], (rows) => scatterAdd(rows, idsInput(), [4, 2])), ids }],
  standardise: [
    one([[2, 3, 4]], (x) => standardise(x, 2, 1e-5)),
    one([[2, 3, 4, 2]], (x) => standardise(x, 2, 1e-2)),
  ],
  inverseDeviation: [one([[2, 3, 4]], (x) => inverseDeviation(x, 2, 1e-5))],
};
