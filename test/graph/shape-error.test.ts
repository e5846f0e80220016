import assert from "node:assert/strict";
import { test } from "node:test";
import { input } from "../../src/graph/ops/constant.js";
import { conv } from "../../src/graph/ops/convolution.js";
import { add } from "../../src/graph/ops/elementwise.js";
import { gather } from "../../src/graph/ops/gather.js";
import { matmul } from "../../src/graph/ops/product.js";
import { sum } from "../../src/graph/ops/reduce.js";
import { broadcastTo, concat, pad, reshape, slice, transpose } from "../../src/graph/ops/structure.js";
import { ShapeError } from "../../src/graph/shape-error.js";
import type { Tensor } from "../../src/graph/tensor.js";

const of = (...shape: number[]): Tensor => input(`x${shape}`, shape);
const one = { stride: 1, padding: 0 };

/** Every misuse is refused with the op's name and both shapes. */
const misuses: readonly [build: () => Tensor, message: RegExp][] = [
  [() => add(of(2, 3), of(4)), /^add: shapes do not broadcast; got \[2,3\] and \[4\]; built at /],
  [() => matmul(of(2, 3), of(4, 5)), /^matmul: inner sizes differ; got \[2,3\] and \[4,5\]; built at /],
  [
    () => matmul(of(2, 2, 3), of(3, 3, 5)),
    /^matmul: outer shapes do not broadcast; got \[2,2,3\] and \[3,3,5\]/,
  ],
  [() => matmul(of(3), of(3, 5)), /^matmul: operands need at least two axes; got \[3\] and \[3,5\]/],
  [
    () => conv(of(1, 3, 8, 8), of(4, 2, 3, 3), one),
    /^conv: channel counts differ; got \[1,3,8,8\] and \[4,2,3,3\]/,
  ],
  [
    () => conv(of(1, 3, 2, 8), of(4, 3, 3, 3), one),
    /^conv: the kernel is larger .*; got \[1,3,2,8\] and \[4,3,3,3\]/,
  ],
  [() => concat([of(2, 3), of(3, 3)], 1), /^concat: differ beside axis 1; got \[2,3\] and \[3,3\]/],
  [() => gather(of(4), of(2)), /^gather: the table needs two axes; got \[4\] and \[2\]/],
  [() => reshape(of(2, 3), [4]), /^reshape: cannot become \[4\]; got \[2,3\]/],
  [() => broadcastTo(of(2, 3), [2, 4]), /^broadcastTo: cannot be repeated to \[2,4\]; got \[2,3\]/],
  [() => transpose(of(2, 3), [0, 0]), /^transpose: \[0,0\] is not an order of its axes; got \[2,3\]/],
  [() => slice(of(2, 3), 1, 2, 4), /^slice: no range 2 to 4 on axis 1; got \[2,3\]/],
  [() => slice(of(2, 3), 2, 0, 1), /^slice: no range 0 to 1 on axis 2; got \[2,3\]/],
  [() => pad(of(2, 3), 1, -1, 0), /^pad: no margin of -1 and 0 on axis 1; got \[2,3\]/],
  [() => sum(of(2, 3), [2]), /^sum: axes \[2\] are not all axes of the operand; got \[2,3\]/],
  [() => of(2, 1.5), /^input: sizes must be whole numbers; got \[2,1.5\]/],
];

for (const [build, message] of misuses) {
  test(`refused: ${message.source.slice(1)}`, () => {
    assert.throws(build, (error) => error instanceof ShapeError && message.test(error.message));
  });
}

const lineOf = (stack: string | undefined): string | undefined =>
  /shape-error\.test\.ts:(\d+):\d+/.exec(stack ?? "")?.[1];

test("the message names the file and the line that combined the shapes", () => {
  const misuse = () => add(of(2), of(3)); // the line that is to be named
  const here = Number(lineOf(new Error().stack)) - 1;
  assert.throws(misuse, (error) => {
    assert.ok(error instanceof ShapeError);
    assert.match(error.message, new RegExp(`; built at .*graph/shape-error\\.test\\.ts:${here}:\\d+\\)?$`));
    return true;
  });
});
