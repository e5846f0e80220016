import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { freeze } from "../../src/graph/freeze.js";
import { gradients } from "../../src/graph/gradient.js";
import { interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { multiply } from "../../src/graph/ops/elementwise.js";
import { sum } from "../../src/graph/ops/reduce.js";
import { forwardRows } from "../../src/graph/rows.js";
import { sizeOf } from "../../src/graph/shape.js";
import type { Tensor } from "../../src/graph/tensor.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { assertAllclose } from "../allclose.js";
import { uniforms } from "../random.js";
import { cases, type OpCase } from "./cases.js";
import { direction, dot, finiteDifference } from "./derivatives.js";

/** Ops whose derivative is not that of their value, by their purpose. */
const stopsTangents = new Set(["gate", "hold", "isMaximum", "sign"]);
const compile = nodeCompiler({ threads: 1 });

interface Built {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly feeds: Readonly<Record<string, readonly number[]>>;
}

function build({ shapes, positive = false, ids = {}, build }: OpCase): Built {
  const next = uniforms(7);
  const inputs = shapes.map((shape, i) => input(`x${i}`, shape));
  const values = inputs.map(({ shape }) =>
    Array.from({ length: sizeOf(shape) }, () => (positive ? 0.5 + next() : 3 * next() - 1.5)),
  );
  const feeds = Object.fromEntries(values.map((value, i) => [`x${i}`, value]));
  return { inputs, output: build(...inputs), feeds: { ...feeds, ...ids } };
}

for (const [name, list] of Object.entries(cases)) {
  describe(name, () => {
    for (const [index, opCase] of list.entries()) {
      const { inputs, output, feeds } = build(opCase);
      const where = `case ${index}`;
      const cotangentValues = direction(11, sizeOf(output.shape));
      const cotangent = input("cotangent", output.shape);

      test(`${where}: names itself`, () => assert.equal(output.op.name, name));

      test(`${where}: ONNX Runtime = interpreter`, async () => {
        const model = lower({ y: output });
        const run = await compile(model);
        const fed = Object.fromEntries(
          model.inputs.map(({ name: key, dtype }) => [
            key,
            dtype === "int64" ? BigInt64Array.from(feeds[key]!, BigInt) : Float32Array.from(feeds[key]!),
          ]),
        );
        const { y } = await run.run(fed);
        await run.release();
        assertAllclose(y!, interpret([output], feeds)[0]!, 2e-6);
      });

      test(`${where}: cotangents = finite differences, in float64 and in ONNX Runtime`, async () => {
        if (name === "hold")
          return assertAllclose(interpret(gradients(output, inputs), feeds)[0]!, [0, 0, 0, 0, 0, 0]);
        const wanted = gradients(output, inputs, cotangent);
        const fed = { ...feeds, cotangent: cotangentValues };
        const values = interpret(wanted, fed);
        for (const [i, { shape }] of inputs.entries()) {
          const v = direction(13 + i, sizeOf(shape));
          const expected = finiteDifference(output, feeds, `x${i}`, v, cotangentValues);
          assert.ok(
            Math.abs(dot(values[i]!, v) - expected) <= 1e-6 * Math.max(1, Math.abs(expected)),
            `input ${i}`,
          );
        }
        const model = lower(Object.fromEntries(wanted.map((tensor, i) => [`g${i}`, tensor])));
        const run = await compile(model);
        const results = await run.run(
          Object.fromEntries(
            model.inputs.map(({ name: key, dtype }) => [
              key,
              dtype === "int64"
                ? BigInt64Array.from(Array.from(fed[key as keyof typeof fed]!), BigInt)
                : Float32Array.from(fed[key as keyof typeof fed]!),
            ]),
          ),
        );
        await run.release();
        for (const i of inputs.keys()) assertAllclose(results[`g${i}`]!, values[i]!, 5e-6, `gradient ${i}`);
      });

      test(`${where}: tangents and cotangents of the frozen op agree`, () => {
        const frozen = freeze([output])[0]!;
        const pulled = gradients(frozen, inputs, cotangent);
        const seeds = new Map(inputs.map((x, i) => [x, input(`v${i}`, x.shape)]));
        const directions = Object.fromEntries(
          inputs.map((x, i) => [`v${i}`, direction(17 + i, sizeOf(x.shape))]),
        );
        const fed = { ...feeds, ...directions, cotangent: cotangentValues };
        const [pushed] = forwardRows([output], seeds);
        const cotangents = interpret(pulled, fed);
        const expected = inputs.reduce((total, _, i) => total + dot(cotangents[i]!, directions[`v${i}`]!), 0);
        if (pushed === undefined) {
          assert.ok(stopsTangents.has(name), "no tangent");
          assert.equal(expected, 0);
          return;
        }
        const actual = dot(
          interpret(
            [
              sum(
                multiply(pushed, cotangent),
                pushed.shape.map((_, i) => i),
              ),
            ],
            fed,
          )[0]!,
          [1],
        );
        assert.ok(
          Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
          `${actual} != ${expected}`,
        );
      });

      test(`${where}: frozen(x) = forward(x)`, () => {
        assertAllclose(interpret(freeze([output]), feeds)[0]!, interpret([output], feeds)[0]!, 1e-12);
      });
    }
  });
}
