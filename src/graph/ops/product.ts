import { broadcastShapes, type Shape, sizeOf } from "../shape.js";
import { apply, type Op, type Tensor } from "../tensor.js";
import { addProduct, matrixAt, transposed } from "./dense.js";
import { add } from "./elementwise.js";
import { broadcastOffsets } from "./indexing.js";
import { sumTo } from "./reduce.js";
import { reshape } from "./structure.js";

type Sides = { transposeA: boolean; transposeB: boolean };

const rowsOf = (shape: Shape, transposed: boolean): number => shape.at(transposed ? -1 : -2)!;
const columnsOf = (shape: Shape, transposed: boolean): number => shape.at(transposed ? -2 : -1)!;

const matmulOp: Op<Sides> = {
  name: "matmul",
  shape([a, b], { transposeA, transposeB }, fail) {
    if (a!.length < 2 || b!.length < 2) fail("operands need at least two axes");
    if (columnsOf(a!, transposeA) !== rowsOf(b!, transposeB)) fail("inner sizes differ");
    const outer = broadcastShapes(a!.slice(0, -2), b!.slice(0, -2)) ?? fail("outer shapes do not broadcast");
    return [...outer, rowsOf(a!, transposeA), columnsOf(b!, transposeB)];
  },
  vjp(g, { inputs: [a, b] }, { transposeA, transposeB }, needed) {
    const da = () =>
      transposeA
        ? matmul(b!, g, { transposeA: transposeB, transposeB: true })
        : matmul(g, b!, { transposeB: !transposeB });
    const db = () =>
      transposeB
        ? matmul(g, a!, { transposeA: true, transposeB: transposeA })
        : matmul(a!, g, { transposeA: !transposeA });
    return [
      needed[0] ? sumTo(da(), a!.shape) : undefined,
      needed[1]
        ? isPlainWeight(a!, b!, transposeA)
          ? weightVjp(a!, g, transposeB)
          : sumTo(db(), b!.shape)
        : undefined,
    ];
  },
  tangent([da, db], { inputs: [a, b] }, sides) {
    const left = da && matmul(da, b!, sides);
    const right = db && matmul(a!, db, sides);
    return left && right ? add(left, right) : (left ?? right);
  },
  lower(emit, [a, b], _node, { transposeA, transposeB }) {
    if (!transposeA && !transposeB) return emit.node("MatMul", [a!, b!]);
    const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
    return emit.node("FusedMatMul", [a!, b!], attributes, "com.microsoft");
  },
  flops: (node) => 2 * sizeOf(node.inputs[0]!.shape.slice(-2)) * (sizeOf(node.shape) / node.shape.at(-2)!),
  evaluate([a, b], node, { transposeA, transposeB }) {
    const [left, right] = node.inputs;
    const [n, m] = [node.shape.at(-2)!, node.shape.at(-1)!];
    const k = columnsOf(left!.shape, transposeA);
    const outer = node.shape.slice(0, -2);
    const leftOffsets = broadcastOffsets(left!.shape.slice(0, -2), outer);
    const rightOffsets = broadcastOffsets(right!.shape.slice(0, -2), outer);
    const result = new Float64Array(sizeOf(node.shape));
    for (let o = 0; o < leftOffsets.length; o++) {
      const x = matrixAt(a!, leftOffsets[o]! * n * k, transposeA ? n : k);
      const y = matrixAt(b!, rightOffsets[o]! * k * m, transposeB ? k : m);
      addProduct(
        result,
        o * n * m,
        [n, k, m],
        transposeA ? transposed(x) : x,
        transposeB ? transposed(y) : y,
      );
    }
    return result;
  },
};

/** A batch times one matrix: the usual case of a layer's weight. */
function isPlainWeight(a: Tensor, b: Tensor, transposeA: boolean): boolean {
  return b.shape.length === 2 && a.shape.length > 2 && !transposeA;
}

/** Weight cotangent as one product over all rows of the batch instead of a sum of small ones. */
function weightVjp(a: Tensor, g: Tensor, transposeB: boolean): Tensor {
  const rows = sizeOf(a.shape.slice(0, -1));
  const x = reshape(a, [rows, a.shape.at(-1)!]);
  const y = reshape(g, [rows, g.shape.at(-1)!]);
  return transposeB ? matmul(y, x, { transposeA: true }) : matmul(x, y, { transposeA: true });
}

/** Matrix product of the last two axes, broadcasting the others; either operand may be read transposed. */
export function matmul(a: Tensor, b: Tensor, sides: Partial<Sides> = {}): Tensor {
  const { transposeA = false, transposeB = false } = sides;
  return apply(matmulOp, [a, b], { transposeA, transposeB });
}
