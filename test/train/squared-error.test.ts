import { describe, test } from "node:test";
import fc from "fast-check";
import { interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { squaredError } from "../../src/train/squared-error.js";
import { assertAllclose } from "../allclose.js";

const errorOf = (shape: readonly number[], values: readonly number[], detail: number) => [
  ...interpret([squaredError(input("d", shape), detail)], { d: Float64Array.from(values) })[0]!,
];

describe("squared error with detail", () => {
  test("of a shade that is off everywhere is its square", () => {
    assertAllclose(errorOf([1, 2, 2, 2], Array(8).fill(0.3), 5), Array(4).fill(2 * 0.09), 1e-12);
  });

  test("adds the steps to the right and below, of all channels", () => {
    // Channels [[1, 4], [3, 0]] and [[0, 2], [0, 0]]: steps to the right 3, -3 and 2, 0; below 2, -4 and 0, -2.
    const found = errorOf([1, 2, 2, 2], [1, 4, 3, 0, 0, 2, 0, 0], 0.5);
    assertAllclose(found, [1 + 0.5 * (9 + 4 + 4 + 0), 16 + 4 + 0.5 * (16 + 4), 9 + 0.5 * 9, 0], 1e-12);
  });

  test("counts a checkerboard eight times as much as a shade, away from the edges", () => {
    const [height, width] = [6, 6];
    const board = Array.from({ length: height * width }, (_, i) =>
      ((i % width) + Math.floor(i / width)) % 2 ? 1 : -1,
    );
    const found = errorOf([1, 1, height, width], board, 1);
    assertAllclose([found[0]!, found[35]!], [1 + 8, 1], 1e-12);
  });

  test("is without detail the square alone, whatever the shape", () => {
    const shapes = fc
      .tuple(fc.nat(2), fc.nat(2), fc.nat(3), fc.nat(3))
      .map((sides) => sides.map((side) => side + 1));
    const cases = shapes.chain((shape) => {
      const count = shape.reduce((product, side) => product * side, 1);
      const value = fc.double({ min: -2, max: 2, noNaN: true });
      return fc.record({
        shape: fc.constant(shape),
        values: fc.array(value, { minLength: count, maxLength: count }),
      });
    });
    fc.assert(
      fc.property(cases, ({ shape, values }) => {
        const [batch, channels, height, width] = shape as [number, number, number, number];
        const squares = Array.from({ length: batch * height * width }, (_, i) => {
          const [picture, pixel] = [Math.floor(i / (height * width)), i % (height * width)];
          return Array.from(
            { length: channels },
            (_, c) => values[(picture * channels + c) * height * width + pixel]!,
          ).reduce((sum, value) => sum + value * value, 0);
        });
        assertAllclose(errorOf(shape, values, 0), squares, 1e-12);
      }),
    );
  });
});
