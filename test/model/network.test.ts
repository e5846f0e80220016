import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { sizeOf } from "../../src/graph/shape.js";
import { explainGraph, type RowPlan } from "../../src/model/graphs.js";
import { tokenWidth } from "../../src/model/model-config.js";
import { fromPatches, toPatches } from "../../src/model/patches.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { assertAllclose } from "../allclose.js";
import { direction, evaluate, sumOfRows } from "../graph/derivatives.js";
import { tinyConfig, tinyModel } from "./tiny.js";

describe("patches", () => {
  const numbered = (length: number) => Array.from({ length }, (_, i) => i);

  test("of a 2 x 4 picture, patch 2: each corner of the squares is a channel", () => {
    const x = input("x", [1, 1, 2, 4]);
    assert.deepEqual([...evaluate(toPatches(x, 2), { x: numbered(8) })], [0, 2, 1, 3, 4, 6, 5, 7]);
  });

  test("are a permutation, and fromPatches undoes it", () => {
    const size = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(
        size,
        size,
        size,
        size,
        fc.constantFrom(1, 2, 4),
        (batch, channels, rows, columns, patch) => {
          const shape = [batch, channels, rows * patch, columns * patch];
          const x = input("x", shape);
          const feeds = { x: numbered(sizeOf(shape)) };
          const packed = toPatches(x, patch);
          assert.deepEqual(packed.shape, [batch, channels * patch * patch, rows, columns]);
          assert.deepEqual(
            [...evaluate(packed, feeds)].sort((a, b) => a - b),
            feeds.x,
          );
          assert.deepEqual([...evaluate(fromPatches(packed, patch), feeds)], feeds.x);
        },
      ),
    );
  });
});

const plan: RowPlan = { rows: 5, tokenRows: [0, 1, 2], timeRow: 4 };

/** A B-cos U-Net whose first three rows are tokens; all five hold a part of x. */
function explained(unet: Parameters<typeof tinyConfig>[0], text: object = {}) {
  const config = tinyConfig(unet, { text: { vectors: "random", maxTokens: 8, ...text } });
  const { weights } = tinyModel(config);
  const { outputs } = explainGraph(config, plan);
  const length = 6 * 16 * 16;
  const rows = Float32Array.from(direction(3, 5 * length), (value) => 0.3 * value);
  const width = tokenWidth(config);
  const feeds = {
    x: Float32Array.from(sumOfRows(rows, length)),
    rows,
    t: Float32Array.of(437),
    tokens: Float32Array.from(direction(4, 3 * width)),
    mask: Float32Array.of(1, 1, 1),
  };
  return { outputs, weights, feeds, length };
}

const bcos = (layers: object) => ({ layers: { kind: "bcos", ...layers } });
const scaled = ["scaled rows", {}, {}] as const;
const freeRows = [
  "free rows, B = 1.25",
  bcos({ b: 1.25, convB: 1.25, weights: "free", finalWeights: "free" }),
  {},
] as const;

describe("the rows of a B-cos U-Net add up to its output in float64", () => {
  for (const [what, unet, text] of [
    scaled,
    freeRows,
    ["unit rows", bcos({ weights: "unit", finalWeights: "unit" }), {}],
    ["unit rows, a free end", bcos({ weights: "unit", finalWeights: "free" }), {}],
    [
      "max-out 2, B = 1.5",
      bcos({ b: 1.5, convB: 1.5, maxOut: 2, weights: "scaled", finalWeights: "scaled" }),
      {},
    ],
    ["time as a factor", { time: "scale" }, {}],
    ["patch 1, attention in the middle alone", { patch: 1, attentionFactors: [] }, {}],
    [
      "two blocks a level, two transformers deep, by convolution",
      { residualBlocks: 2, transformerDepth: 2, transformerProjection: "conv" },
      {},
    ],
    ["learnt token vectors", {}, { vectors: "learnt", tokenIds: [5, 9] }],
    ["frozen token vectors with learnt corrections", {}, { tokenIds: [5, 9] }],
  ] as const) {
    test(what, () => {
      const { outputs, weights, feeds, length } = explained(unet, text);
      const exact = { ...feeds, x: sumOfRows(feeds.rows, length), ...Object.fromEntries(weights) };
      const [output, rowsOut] = interpret([outputs.output, outputs.rowsOut], exact);
      assertAllclose(sumOfRows(rowsOut!, length), output!, 1e-10);
    });
  }
});

describe("ONNX Runtime gives the output and the rows of the float64 interpreter, to 1e-4", () => {
  for (const [what, unet, text] of [scaled, freeRows]) {
    test(what, async () => {
      const { outputs, weights, feeds, length } = explained(unet, text);
      const [output, rowsOut] = interpret([outputs.output, outputs.rowsOut], {
        ...feeds,
        ...Object.fromEntries(weights),
      });
      const executable = await nodeCompiler({ threads: 1 })(lower(outputs, weights));
      const single = await executable.run(feeds);
      await executable.release();
      assertAllclose(single.output!, output!, 1e-4);
      assertAllclose(single.rowsOut!, rowsOut!, 1e-4);
      assertAllclose(sumOfRows(single.rowsOut!, length), single.output!, 1e-4);
    });
  }
});

test("the network uses its prompt, its time step and every channel of its picture", async () => {
  const { outputs, weights, feeds } = explained({});
  const executable = await nodeCompiler({ threads: 1 })(lower({ output: outputs.output }, weights));
  const run = async (change: object) => (await executable.run({ ...feeds, ...change })).output!;
  const before = await run({});
  const changes = [
    { t: Float32Array.of(12) },
    { mask: Float32Array.of(1, 0, 1) },
    { tokens: feeds.tokens.toReversed() },
    ...[0, 1, 2, 3, 4, 5].map((channel) => ({
      x: feeds.x.map((value, i) => (Math.floor(i / 256) === channel ? value + 1 : value)),
    })),
  ];
  for (const change of changes) assert.notDeepEqual(await run(change), before);
  assert.deepEqual(await run({}), before);
  await executable.release();
});
