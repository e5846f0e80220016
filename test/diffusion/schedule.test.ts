import assert from "node:assert/strict";
import { test } from "node:test";
import { alphaBars } from "../../src/diffusion/schedule.js";
import { UsageError } from "../../src/errors.js";
import { assertAllclose } from "../allclose.js";

test("the default schedule is linear in sqrt(beta), to float64", () => {
  const bars = alphaBars();
  // Values of the authors' PyTorch code.
  const known = new Map([
    [0, 0.99915],
    [1, 0.9982960278384514],
    [250, 0.6737926252333216],
    [500, 0.2763326838229747],
    [750, 0.05616984800293731],
    [999, 0.004660098513077241],
  ]);
  assert.equal(bars.length, 1000);
  assertAllclose(
    [...known.keys()].map((t) => bars[t]!),
    [...known.values()],
    1e-13,
  );
});

test("the linear schedule ends at alpha-bar 0.00158", () => {
  const bars = alphaBars({ name: "linear" });
  assert.equal(bars[0], 0.99915);
  assert.ok(Math.abs(bars[999]! - 0.00158) < 5e-6, `${bars[999]}`);
});

test("the zero-terminal schedule starts where scaled-linear does, ends in noise alone and bends nothing between", () => {
  const plain = Array.from(alphaBars(), Math.sqrt);
  const bars = Array.from(alphaBars({ name: "zero-terminal" }), Math.sqrt);
  assert.ok(Math.abs(bars[0]! - plain[0]!) < 1e-15);
  assert.equal(bars[999], 0);
  const slope = bars[0]! / (plain[0]! - plain[999]!);
  assertAllclose(
    bars.map((bar) => bar / slope),
    plain.map((bar) => bar - plain[999]!),
    1e-14,
  );
});

test("alpha-bar falls from below 1 to above 0", () => {
  for (const name of ["scaled-linear", "linear"] as const) {
    const bars = alphaBars({ name, count: 100 });
    assert.ok(bars.every((bar, t) => bar > 0 && bar < (bars[t - 1] ?? 1)));
  }
});

test("a schedule outside 0..1, backwards or empty is refused", () => {
  assert.throws(() => alphaBars({ start: 0 }), UsageError);
  assert.throws(() => alphaBars({ start: 0.02, end: 0.01 }), /0 < start <= end < 1; got 0.02 and 0.01/);
  assert.throws(() => alphaBars({ end: 1 }), UsageError);
  assert.throws(() => alphaBars({ count: 0 }), /count must be 1 or more; got 0/);
});
