import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { attention, feedForward, placed, transformerBlock } from "../../src/bcos/attention.js";
import { bcosLayers } from "../../src/bcos/bcos-layers.js";
import { ordinaryLayers } from "../../src/bcos/ordinary-layers.js";
import { type Parameters, within } from "../../src/bcos/parameters.js";
import { timestepEmbedding } from "../../src/bcos/timestep.js";
import { freeze } from "../../src/graph/freeze.js";
import { gradients } from "../../src/graph/gradient.js";
import { constant, input } from "../../src/graph/ops/constant.js";
import { slice } from "../../src/graph/ops/structure.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { assertAllclose, relativeError } from "../allclose.js";
import { direction, evaluate } from "../graph/derivatives.js";
import { drawn } from "./parameters.js";

const families = {
  "B-cos": bcosLayers({ b: 2, convB: 2, maxOut: 1, weights: "scaled", finalWeights: "scaled", groups: 2 }),
  ordinary: ordinaryLayers(2),
};
const heads = 2;
const x = input("x", [1, 3, 4]);
const tokens = input("tokens", [1, 5, 6]);
const mask = input("mask", [1, 5]);
const feeds = { x: direction(1, 12), tokens: direction(2, 30) };
const firstThree = { tokens: slice(tokens, 1, 0, 3) };

/** Output layers without their bias, so that "nothing was heard" is a zero. */
const noBias: Parameters = (name, shape, start) =>
  name.endsWith("bias") ? constant(new Float32Array(shape[0]!), shape) : drawn(name, shape, start);

for (const [family, layers] of Object.entries(families)) {
  describe(`${family} attention`, () => {
    const heard = attention(layers, noBias, x, { tokens, mask }, heads);

    test("to no token at all is exactly 0, in float64 and in ONNX Runtime", async () => {
      const silent = { ...feeds, mask: [0, 0, 0, 0, 0] };
      assert.ok(evaluate(heard, silent).every((value) => value === 0));
      const executable = await nodeCompiler({ threads: 1 })(lower({ heard }));
      const float32 = Object.entries(silent).map(([name, values]) => [name, Float32Array.from(values)]);
      const single = await executable.run(Object.fromEntries(float32));
      await executable.release();
      assert.ok(single.heard!.every((value) => value === 0));
    });

    test("takes no notice of masked tokens, nor do they get a derivative", () => {
      const masked = { ...feeds, mask: [1, 1, 1, 0, 0] };
      const changed = feeds.tokens.map((value, i) => (i < 18 ? value : 100 * value));
      assert.deepEqual(evaluate(heard, masked), evaluate(heard, { ...masked, tokens: changed }));
      const [derivative] = gradients(heard, [tokens]);
      const values = evaluate(derivative!, masked);
      assert.ok(values.subarray(18).every((value) => value === 0));
      assert.ok(values.subarray(0, 18).some((value) => value !== 0));
    });

    test("of padded tokens is that of the tokens alone", () => {
      const alone = attention(layers, noBias, x, firstThree, heads);
      const padded = { ...feeds, mask: [1, 1, 1, 0, 0] };
      assertAllclose(evaluate(heard, padded), evaluate(alone, feeds), 1e-14);
    });

    test("to one token is that token's value, whatever is asked", () => {
      const single = attention(layers, noBias, x, { tokens: slice(tokens, 1, 0, 1) }, heads);
      const value = layers.value(within(noBias, "to_v"), slice(tokens, 1, 0, 1), 4);
      const spoken = layers.linear(within(noBias, "to_out.0"), value, 4);
      const once = [...evaluate(spoken, feeds)];
      assertAllclose(evaluate(single, feeds), [...once, ...once, ...once], 1e-14);
    });

    test("does not depend on the order of the tokens", () => {
      const open = attention(layers, noBias, x, { tokens }, heads);
      const reversed = Array.from({ length: 5 }, (_, i) =>
        feeds.tokens.slice(6 * (4 - i), 6 * (5 - i)),
      ).flat();
      assertAllclose(evaluate(open, feeds), evaluate(open, { ...feeds, tokens: reversed }), 1e-14);
    });

    test("with places tells alike pixels apart; at places of zero it is as without", () => {
      const alike = { ...feeds, x: [...feeds.x.slice(0, 4), ...feeds.x.slice(0, 4), ...feeds.x.slice(0, 4)] };
      const at = (start: readonly number[]) => {
        const parameters: Parameters = (name, shape, by) =>
          name.endsWith("position") ? constant(Float32Array.from(start), shape) : noBias(name, shape, by);
        return evaluate(attention(layers, parameters, x, { tokens }, heads, 4, placed), alike);
      };
      const without = evaluate(attention(layers, noBias, x, { tokens }, heads), alike);
      assert.deepEqual(at(new Array(12).fill(0)), without);
      const [first, second] = [at(direction(3, 12)).subarray(0, 4), at(direction(3, 12)).subarray(4, 8)];
      assertAllclose(without.subarray(0, 4), without.subarray(4, 8), 1e-14);
      assert.ok(relativeError(first, second) > 1e-3);
    });

    test("frozen, a place has no derivative: it paints nothing", () => {
      const position = input("position", [3, 4]);
      const parameters: Parameters = (name, shape, start) =>
        name.endsWith("position") ? position : noBias(name, shape, start);
      const heard = attention(layers, parameters, x, { tokens }, heads, 4, placed);
      const values = { ...feeds, position: direction(3, 12) };
      const [open] = gradients(heard, [position]).map((g) => evaluate(g, values));
      const [frozen] = gradients(freeze([heard])[0]!, [position]).map((g) => evaluate(g, values));
      assert.ok(open!.some((value) => value !== 0));
      assert.ok(frozen!.every((value) => value === 0));
    });

    test("frozen, only values carry a derivative: queries have none", () => {
      const [frozen] = freeze([attention(layers, noBias, x, { tokens }, heads)]);
      const [dx, dTokens] = gradients(frozen!, [x, tokens]).map((g) => evaluate(g, feeds));
      assert.ok(dx!.every((value) => value === 0));
      assert.ok(dTokens!.some((value) => value !== 0));
    });
  });

  test(`${family} transformer blocks and feed-forward layers keep the shape of their tokens`, () => {
    assert.deepEqual(transformerBlock(layers, drawn, x, { tokens, mask }, heads).shape, x.shape);
    assert.deepEqual(feedForward(layers, drawn, x).shape, x.shape);
    assert.deepEqual(feedForward(layers, drawn, x, 7).shape, x.shape);
  });
}

test("time steps become cosines and sines at the frequencies 10000^(-i / half)", () => {
  const embedding = evaluate(timestepEmbedding(constant(Float32Array.of(0, 2), [2]), 4));
  const slow = 2 / 100; // the second of two frequencies is 10000^(-1/2)
  assertAllclose(embedding, [1, 1, 0, 0, Math.cos(2), Math.cos(slow), Math.sin(2), Math.sin(slow)], 1e-6);
});
