import { test } from "node:test";
import { rmsNorm } from "../../docs/examples/rms-norm.js";
import {
  collectParameters,
  forwardRows,
  freeze,
  gradients,
  input,
  lower,
  nodeCompiler,
} from "../../src/index.js";
import { assertAllclose } from "../allclose.js";
import { dot, evaluate, finiteDifference } from "../graph/derivatives.js";

const x = input("x", [1, 2]);
const { network: y } = collectParameters((parameters) => rmsNorm(parameters, x));
const feeds = { x: [3, 4], weight: [2, 1] };
const rms = Math.sqrt(12.5);

test("rmsNorm: x / rms(x) times the weight", () => {
  assertAllclose(evaluate(y, feeds), [6 / rms, 4 / rms], 1e-7);
});

test("rmsNorm: frozen, it has the same value, and parts of x become parts of y", () => {
  const [frozen] = freeze([y]);
  assertAllclose(evaluate(frozen!, feeds), evaluate(y, feeds), 0);
  const [rows] = forwardRows([y], new Map([[x, input("parts", [2, 2])]]));
  const parts = [1, 5, 2, -1]; // [1, 5] + [2, -1] = [3, 4]
  assertAllclose(evaluate(rows!, { ...feeds, parts }), [2 / rms, 5 / rms, 4 / rms, -1 / rms], 1e-7);
});

test("rmsNorm: gradient = finite differences", () => {
  const [dx] = gradients(y, [x], input("g", [1, 2]));
  const g = [1, -2];
  const v = [0.3, 0.7];
  const expected = finiteDifference(y, feeds, "x", v, g);
  assertAllclose([dot(evaluate(dx!, { ...feeds, g }), v)], [expected], 1e-8);
});

test("rmsNorm: ONNX Runtime = interpreter", async () => {
  const network = await nodeCompiler()(lower({ y }));
  const results = await network.run({
    x: Float32Array.from(feeds.x),
    weight: Float32Array.from(feeds.weight),
  });
  await network.release();
  assertAllclose(results.y!, evaluate(y, feeds), 1e-6);
});
