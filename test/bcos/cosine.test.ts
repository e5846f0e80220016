import { describe, test } from "node:test";
import { bcosConv, bcosLinear } from "../../src/bcos/cosine.js";
import { freeze } from "../../src/graph/freeze.js";
import { gradients } from "../../src/graph/gradient.js";
import { interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { type Shape, sizeOf } from "../../src/graph/shape.js";
import type { Tensor } from "../../src/graph/tensor.js";
import { assertAllclose } from "../allclose.js";
import { uniforms } from "../random.js";

interface Case {
  readonly name: string;
  /** x, rows, factors. */
  readonly shapes: readonly [Shape, Shape, Shape];
  build(x: Tensor, rows: Tensor, factors: Tensor): Tensor;
}

const window = { stride: 1, padding: 1 };
const strided = { stride: 2, padding: 1 };
const cases: readonly Case[] = [
  {
    name: "linear, many vectors",
    shapes: [
      [2, 9, 3],
      [4, 3],
      [4, 1],
    ],
    build: (x, w, f) => bcosLinear(x, w, f, 2),
  },
  {
    name: "linear, few vectors",
    shapes: [
      [2, 5],
      [7, 5],
      [7, 1],
    ],
    build: (x, w, f) => bcosLinear(x, w, f, 1.5),
  },
  {
    name: "convolution, many patches",
    shapes: [
      [2, 2, 6, 6],
      [3, 2, 3, 3],
      [3, 1, 1, 1],
    ],
    build: (x, w, f) => bcosConv(x, w, f, window, 1.25),
  },
  {
    name: "convolution, few patches",
    shapes: [
      [1, 4, 4, 4],
      [3, 4, 3, 3],
      [3, 1, 1, 1],
    ],
    build: (x, w, f) => bcosConv(x, w, f, strided, 2),
  },
];

const draw = (seed: number, shape: Shape, low: number): number[] => {
  const next = uniforms(seed);
  return Array.from({ length: sizeOf(shape) }, () => low + 2 * next());
};

for (const { name, shapes, build } of cases) {
  describe(`B-cos ${name}`, () => {
    const inputs = shapes.map((shape, i) => input(`x${i}`, shape));
    const [x, rows, factors] = inputs;
    const y = build(x!, rows!, factors!);
    const cotangent = input("cotangent", y.shape);
    const feeds = {
      x0: draw(1, shapes[0], -1),
      x1: draw(2, shapes[1], -1),
      x2: draw(3, shapes[2], 0.5),
      cotangent: draw(4, y.shape, -1),
    };

    test("the stated reverse rule is that of the definition", () => {
      const stated = interpret(gradients(y, inputs, cotangent), feeds);
      const derived = interpret(gradients(y.definition!, inputs, cotangent), feeds);
      for (const [i, value] of stated.entries()) assertAllclose(value, derived[i]!, 1e-10, `input ${i}`);
    });

    test("frozen, it is linear in x: J x = y", () => {
      const frozen = freeze([y])[0]!;
      const pulled = interpret(gradients(frozen, [x!], cotangent), feeds)[0]!;
      const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
        Array.from(a).reduce((total, value, i) => total + value * b[i]!, 0);
      assertAllclose([dot(pulled, feeds.x0)], [dot(interpret([y], feeds)[0]!, feeds.cotangent)], 1e-10);
    });
  });
}
