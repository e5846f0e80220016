import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { silu } from "../../src/bcos/activations.js";
import {
  type BcosSettings,
  bcosLayers,
  convolution,
  linear,
  type WeightLength,
} from "../../src/bcos/bcos-layers.js";
import { gradients } from "../../src/graph/gradient.js";
import { constant, input } from "../../src/graph/ops/constant.js";
import { forwardRows } from "../../src/graph/rows.js";
import { sizeOf } from "../../src/graph/shape.js";
import type { Tensor } from "../../src/graph/tensor.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { assertAllclose } from "../allclose.js";
import { direction, evaluate, sumOfRows } from "../graph/derivatives.js";
import { drawn, known } from "./parameters.js";

/** Two rows of length 1 and 2 along the axes. */
const axes = { "linear.weight": [1, 0, 0, 2] };
const x34 = constant(Float32Array.of(3, 4), [1, 2]); // ||x|| = 5

describe("a B-cos linear layer, y = gain |cos|^(B-1) (w/||w||).x, at x = (3, 4) and rows (1, 0) and (0, 2)", () => {
  const at = (b: number, weights: WeightLength, maxOut = 1, x: Tensor = x34) =>
    evaluate(linear(known(axes), x, 2 / maxOut, { b, maxOut, weights }));

  test("unit rows, B = 2", () => assertAllclose(at(2, "unit"), [(3 * 3) / 5, (4 * 4) / 5], 1e-12));

  test("B = 1 is the plain product with unit rows", () => assertAllclose(at(1, "unit"), [3, 4], 1e-12));

  test("B = 1.5 takes the root of the cosine", () =>
    assertAllclose(at(1.5, "unit"), [3 * Math.sqrt(3 / 5), 4 * Math.sqrt(4 / 5)], 1e-6));

  test("B = 3 squares it", () => assertAllclose(at(3, "unit"), [27 / 25, 64 / 25], 1e-5));

  test("free rows keep their length as a gain", () => assertAllclose(at(2, "free"), [1.8, 2 * 3.2], 1e-12));

  test("scaled rows are free ones times (fanIn / 3)^((B-1)/2)", () => {
    assertAllclose(at(2, "scaled"), [1.8 * (2 / 3) ** 0.5, 2 * 3.2 * (2 / 3) ** 0.5], 1e-12);
    assertAllclose(at(1, "scaled"), at(1, "free"), 1e-12);
    assertAllclose(at(1.5, "scaled", 2), [8 * Math.sqrt(0.8) * (2 / 3) ** 0.25], 1e-6);
  });

  test("max-out keeps the largest response, gain included, sign and all", () => {
    const minus = constant(Float32Array.of(-3, -4), [1, 2]);
    assertAllclose(at(2, "unit", 2), [3.2], 1e-12);
    assertAllclose(at(2, "unit", 2, minus), [-1.8], 1e-12);
    assertAllclose(at(1.5, "free", 2), [8 * Math.sqrt(0.8)], 1e-6);
  });

  test("outputs of unit rows are bounded by ||x||, and scale with x", () => {
    const vector = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 2 });
    const x = input("x", [1, 2]);
    fc.assert(
      fc.property(vector, fc.constantFrom(1, 1.25, 2, 3.5), fc.constantFrom(1, 2), (values, b, maxOut) => {
        fc.pre(Math.hypot(...values) > 1e-3);
        const y = linear(drawn, x, 2, { b, maxOut, weights: "unit" });
        const once = evaluate(y, { x: values });
        for (const value of once) assert.ok(Math.abs(value) <= Math.hypot(...values) * (1 + 1e-5));
        const threefold = evaluate(y, { x: values.map((value) => 3 * value) });
        assertAllclose(
          threefold,
          once.map((value) => 3 * value),
          1e-9,
        );
      }),
    );
  });
});

describe("a B-cos convolution of a picture of ones with a box of ones", () => {
  const ones = (...shape: number[]) => constant(new Float32Array(sizeOf(shape)).fill(1), shape);
  const box = known({ "linear.weight": new Array<number>(9).fill(0.5) });
  const at = (b: number, stride: number) =>
    evaluate(
      convolution(
        box,
        ones(1, 1, 3, 3),
        1,
        { kernel: 3, stride, padding: 1 },
        { b, maxOut: 1, weights: "unit" },
      ),
    );
  // The unit kernel is 1/3 everywhere: a patch with n ones has u = n/3 and norm sqrt(n).
  const response = (n: number, b: number) => (n / 3) * (Math.sqrt(n) / 3) ** (b - 1);

  test("B = 2: what lies outside the picture is 0, in the product and in the norm", () => {
    const expected = [4, 6, 4, 6, 9, 6, 4, 6, 4].map((n) => response(n, 2));
    assertAllclose(at(2, 1), expected, 1e-6);
  });

  test("B = 1.25", () => {
    const expected = [4, 6, 4, 6, 9, 6, 4, 6, 4].map((n) => response(n, 1.25));
    assertAllclose(at(1.25, 1), expected, 1e-6);
  });

  test("stride 2 takes the corners", () => assertAllclose(at(2, 2), new Array(4).fill(response(4, 2)), 1e-6));
});

const kinds = (["unit", "free", "scaled"] as const).flatMap((weights) =>
  [1, 1.5, 2].flatMap((b) =>
    [1, 2].map((maxOut): BcosSettings => {
      return { b, convB: b, maxOut, weights, finalWeights: weights, groups: 2 };
    }),
  ),
);

const picture = input("picture", [1, 4, 4, 4]);
const tokens = input("tokens", [1, 5, 4]);

const learnt = (settings: BcosSettings): readonly Tensor[] => {
  const layers = bcosLayers(settings);
  return [
    layers.linear(drawn, tokens, 6),
    layers.conv(drawn, picture, 6, { kernel: 3, stride: 2 }),
    layers.conv(drawn, picture, 6, { kernel: 1, stride: 1 }),
    layers.finalConv(drawn, picture, 6),
  ];
};

const plain = bcosLayers(kinds[0]!);
const others = [
  plain.groupNorm(drawn, picture),
  plain.entryNorm(drawn, picture),
  plain.layerNorm(drawn, tokens),
  silu(tokens),
];

/** Asserts that three parts of the inputs, sent through the frozen layer, add up to its output. */
function assertAddsUp(y: Tensor): void {
  const parts = Object.fromEntries(
    [picture, tokens].map(({ shape }, i) => [`parts${i}`, direction(5 + i, 3 * sizeOf(shape))]),
  );
  const seeds = [picture, tokens].map((x, i) => [x, input(`parts${i}`, x.shape.with(0, 3))] as const);
  const feeds = {
    ...parts,
    picture: sumOfRows(parts.parts0!, sizeOf(picture.shape)),
    tokens: sumOfRows(parts.parts1!, sizeOf(tokens.shape)),
  };
  const [rows] = forwardRows([y], new Map(seeds));
  assertAllclose(sumOfRows(evaluate(rows!, feeds), sizeOf(y.shape)), evaluate(y, feeds), 1e-12);
}

/** Asserts that y(0) = 0 with finite derivatives, in float64 and in ONNX Runtime. */
async function assertSilent(layers: readonly Tensor[]): Promise<void> {
  const zeros = {
    picture: new Float32Array(sizeOf(picture.shape)),
    tokens: new Float32Array(sizeOf(tokens.shape)),
  };
  const derivatives = layers.flatMap((y) => gradients(y, [picture, tokens]));
  const outputs = Object.fromEntries([...layers, ...derivatives].map((y, i) => [`y${i}`, y]));
  const executable = await nodeCompiler({ threads: 1 })(lower(outputs));
  const single = Object.values(await executable.run(zeros));
  await executable.release();
  layers.forEach((y, i) => {
    for (const values of [evaluate(y, zeros), single[i]!]) assert.ok(values.every((value) => value === 0));
  });
  for (const values of [...single, ...derivatives.map((d) => evaluate(d, zeros))]) {
    assert.ok(values.every(Number.isFinite));
  }
}

describe("parts that add up to the input come out as parts that add up to the output", () => {
  for (const settings of kinds) {
    const { b, maxOut, weights } = settings;
    test(`of B-cos layers with B = ${b}, max-out ${maxOut}, ${weights} rows`, () =>
      learnt(settings).forEach(assertAddsUp));
  }
  test("of norms and of SiLU", () => others.forEach(assertAddsUp));
});

describe("zero gives zero, with finite derivatives", () => {
  for (const settings of kinds) {
    const { b, maxOut, weights } = settings;
    test(`through B-cos layers with B = ${b}, max-out ${maxOut}, ${weights} rows`, () =>
      assertSilent(learnt(settings)));
  }
  test("through norms and SiLU", () => assertSilent(others));
});

test("a norm with groups that do not divide the channels is refused", () => {
  const layers = bcosLayers({ ...kinds[0]!, groups: 3 });
  assert.throws(() => layers.groupNorm(drawn, input("x", [1, 4, 2, 2])), {
    name: "ShapeError",
    message: /^group norm: 4 channels do not divide into 3 groups; built at /,
  });
});
