import { type Shape, sizeOf } from "../shape.js";
import { apply, type Op, type Tensor } from "../tensor.js";
import { scalar } from "./constant.js";

const gatherOp: Op<null> = {
  name: "gather",
  shape: ([table, ids], _, fail) =>
    table!.length === 2 ? [...ids!, table![1]!] : fail("the table needs two axes"),
  vjp: (g, { inputs: [table, ids] }) => [scatterAdd(g, ids!, table!.shape), undefined],
  tangent: ([dTable], { inputs: [, ids] }) => dTable && gather(dTable, ids!),
  lower: (emit, inputs) => emit.node("Gather", inputs, { axis: 0 }),
  evaluate([table, ids], node) {
    const width = node.shape.at(-1)!;
    const result = new Float64Array(sizeOf(node.shape));
    ids!.forEach((id, i) => {
      result.set(table!.subarray(id * width, (id + 1) * width), i * width);
    });
    return result;
  },
};

/** Rows of `table` [V, C] by whole-number ids [...]: [..., C]. */
export const gather = (table: Tensor, ids: Tensor): Tensor => apply(gatherOp, [table, ids], null);

const scatterAddOp: Op<{ shape: Shape }> = {
  name: "scatterAdd",
  shape: ([rows], { shape }, fail) =>
    rows!.at(-1) === shape[1] ? shape : fail(`rows do not fit a table [${shape.join(",")}]`),
  vjp: (g, { inputs: [, ids] }) => [gather(g, ids!), undefined],
  tangent: ([dRows], { inputs: [, ids] }, { shape }) => dRows && scatterAdd(dRows, ids!, shape),
  lower(emit, [rows, ids], node, { shape }) {
    const table = emit.node("Expand", [emit.scalar(0), emit.integers(shape)]);
    const count = sizeOf(node.inputs[1]!.shape);
    const indices = emit.node("Reshape", [ids!, emit.integers([count, 1])]);
    const flat = emit.node("Reshape", [rows!, emit.integers([count, shape[1]!])]);
    return emit.node("ScatterND", [table, indices, flat], { reduction: "add" });
  },
  evaluate([rows, ids], node) {
    const width = node.shape[1]!;
    const result = new Float64Array(sizeOf(node.shape));
    ids!.forEach((id, i) => {
      for (let c = 0; c < width; c++) result[id * width + c]! += rows![i * width + c]!;
    });
    return result;
  },
};

/** Adds rows [..., C] into a table of zeros [V, C] at `ids` [...]: the transpose of `gather`. */
export const scatterAdd = (rows: Tensor, ids: Tensor, shape: Shape): Tensor =>
  ids.shape.length === 0 ? scalar(0, shape) : apply(scatterAddOp, [rows, ids], { shape });
