import assert from "node:assert/strict";
import { test } from "node:test";
import { freeze } from "../../src/graph/freeze.js";
import { interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { add, exp, multiply, scale } from "../../src/graph/ops/elementwise.js";
import { gate } from "../../src/graph/ops/gate.js";
import { standardise } from "../../src/graph/ops/standardise.js";
import { reshape } from "../../src/graph/ops/structure.js";
import { plan } from "../../src/graph/plan.js";

const x = input("x", [2, 3]);
const feeds = { x: [1, 2, 3, 4, 5, 6] };
const namesOf = (...outputs: Parameters<typeof plan>[0]) =>
  plan(outputs).steps.map(({ node }) => node.op.name);

test("equal nodes are one step, whichever objects they are", () => {
  assert.deepEqual(namesOf(add(exp(x), exp(x))), ["input", "exp", "add"]);
  assert.equal(
    namesOf(scale(x, 2), scale(x, 2), scale(x, 3)).filter((name) => name === "multiply").length,
    2,
  );
});

test("equal values of other shapes are other steps", () => {
  const flat = reshape(x, [6]);
  assert.deepEqual(namesOf(exp(x), exp(flat)), ["input", "exp", "reshape", "exp"]);
});

test("a gate is its input, so that a frozen network is planned as the network itself", () => {
  const y = multiply(x, gate(exp(x)));
  assert.deepEqual(namesOf(y), ["input", "exp", "multiply"]);
  assert.deepEqual(plan([y, ...freeze([y])]).results, [2, 2]);
});

test("a composite is planned as its definition", () => {
  assert.ok(!namesOf(standardise(x, 1, 1e-5)).includes("standardise"));
});

test("an output that others use keeps its value", () => {
  const y = exp(x);
  const [z, kept] = interpret([multiply(y, y), y], feeds);
  assert.deepEqual([...kept!], feeds.x.map(Math.exp));
  assert.deepEqual(
    [...z!],
    feeds.x.map((value) => Math.exp(value) ** 2),
  );
});

test("a rounding is applied to every computed value, and not to what is fed", () => {
  const [y] = interpret([scale(scale(x, 0.3), 10)], { x: [1.4, 1.4, 1.4, 1.4, 1.4, 1.4] }, (values) =>
    values.map(Math.round),
  );
  assert.deepEqual([...y!], [0, 0, 0, 0, 0, 0]);
});
