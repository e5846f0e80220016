import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadModelConfig } from "../../src/files/settings.js";
import { compileRows, rowsAtOnce } from "../../src/generate/row-parts.js";
import { peakElements } from "../../src/graph/liveness.js";
import { plan as evaluations } from "../../src/graph/plan.js";
import { sizeOf } from "../../src/graph/shape.js";
import { explainGraph, type RowPlan } from "../../src/model/graphs.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { assertAllclose } from "../allclose.js";
import { direction, sumOfRows } from "../graph/derivatives.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";

const compile = nodeCompiler({ threads: 1 });
const plan: RowPlan = { rows: 7, tokenRows: [0, 1, 2, 3], timeRow: 5 };

test("rows in parts are the rows at once, and add up to the output", async () => {
  const model = tinyModel(tinyConfig({ time: "add" }));
  const length = 6 * 16 * 16;
  const rows = Float32Array.from(direction(1, plan.rows * length));
  const inputs = {
    x: Float32Array.from(sumOfRows(rows, length)),
    rows,
    t: Float32Array.of(300),
    tokens: Float32Array.from(direction(2, 4 * 12)),
    mask: new Float32Array(4).fill(1),
  };
  const results = [];
  for (const atOnce of [7, 4, 1]) {
    const { run, release } = await compileRows(model, plan, compile, atOnce);
    results.push(await run(inputs));
    await release();
  }
  const [whole, ...parts] = results;
  for (const { output, rowsOut } of parts) {
    assertAllclose(output, whole!.output, 1e-6);
    assertAllclose(rowsOut, whole!.rowsOut, 1e-5);
    assertAllclose(sumOfRows(rowsOut, length), output, 1e-5);
  }
});

describe("the paper's network in lockstep with the rows of a prompt", () => {
  const config = loadModelConfig("bcos-clip-x0");
  const graphOf = (rows: number) => {
    const tokenRows = Array.from({ length: 77 }, (_, token) => Math.min(token, rows - 4));
    return Object.values(explainGraph(config, { rows, tokenRows, timeRow: rows - 2 }).outputs);
  };

  test("has room for the rows of eight words at once, beside what the network itself holds", () => {
    assert.ok(rowsAtOnce(config) >= 14, `${rowsAtOnce(config)}`);
    const [network, whole] = [peakElements(graphOf(4)), peakElements(graphOf(rowsAtOnce(config)))];
    assert.ok(4 * (whole - network) <= 2 ** 31, `${4 * (whole - network)} bytes`);
  });

  test("makes no score matrix for a row, but one for all of them", () => {
    const pixels = 64 * 64;
    const scores = evaluations(graphOf(14)).steps.filter(
      ({ node: { shape } }) => shape.at(-1) === pixels && shape.at(-2) === pixels,
    );
    assert.ok(scores.length > 0);
    for (const { node } of scores) assert.equal(sizeOf(node.shape), 5 * pixels ** 2);
  });

  test("is taken whole where the network is small, with the longest prompt's rows", () => {
    const small = loadModelConfig("emoji");
    assert.ok(rowsAtOnce(small) > small.text.maxTokens + 4); // noise, time, mean, unconditional context
  });
});
