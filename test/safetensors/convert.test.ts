import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  float32ToBFloat16,
  float32ToFloat16,
  fromFloat32,
  fromFloat64,
  toFloat32,
  toFloat64,
} from "../../src/safetensors/convert.js";
import type { DType } from "../../src/safetensors/types.js";

const half = (x: number) => float32ToFloat16(Float32Array.of(x))[0];
const bhalf = (x: number) => float32ToBFloat16(Float32Array.of(x))[0];
const ALL_HALVES = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
const valuesOf = (dtype: "F16" | "BF16", bits: Uint16Array) =>
  toFloat32({ dtype, shape: [bits.length], bytes: new Uint8Array(bits.slice().buffer) });

test("binary16 of known values", () => {
  const known: readonly (readonly [number, number])[] = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff], // the largest
    [65519.99, 0x7bff],
    [65520, 0x7c00], // a tie, to the even infinity
    [Number.POSITIVE_INFINITY, 0x7c00],
    [2 ** -14, 0x0400], // the smallest normal
    [2 ** -24, 0x0001], // the smallest subnormal
    [2 ** -25, 0x0000], // a tie, to even
    [2 ** -25 * 1.001, 0x0001],
    [3 * 2 ** -25, 0x0002], // a tie, to even
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [1 / 3, 0x3555],
  ];
  for (const [value, bits] of known) assert.equal(half(value), bits, `${value}`);
});

test("bfloat16 of known values", () => {
  assert.equal(bhalf(1), 0x3f80);
  assert.equal(bhalf(-Math.PI), 0xc049);
  assert.equal(bhalf(1 + 2 ** -8), 0x3f80);
  assert.equal(bhalf(1 + 3 * 2 ** -8), 0x3f82);
  assert.equal(bhalf(3.4028235e38), 0x7f80);
});

for (const [dtype, encode] of [
  ["F16", float32ToFloat16],
  ["BF16", float32ToBFloat16],
] as const) {
  test(`every ${dtype} survives decoding and encoding`, () => {
    const values = valuesOf(dtype, ALL_HALVES);
    const again = encode(values);
    for (const bits of ALL_HALVES) {
      if (Number.isNaN(values[bits]))
        assert.ok(Number.isNaN(valuesOf(dtype, again.subarray(bits, bits + 1))[0]));
      else assert.equal(again[bits], bits);
    }
  });

  test(`rounding to ${dtype} takes the nearest, and the even one of two`, () => {
    const positive = valuesOf(dtype, ALL_HALVES.subarray(0, 0x8000)).filter(Number.isFinite); // ascending
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: positive.length - 2 }),
        fc.float({ min: 0, max: 1, noNaN: true }),
        (i, t) => {
          const [low, high] = [positive[i]!, positive[i + 1]!];
          const x = Math.fround(low + t * (high - low));
          const nearest = x - low < high - x || (x - low === high - x && i % 2 === 0) ? i : i + 1;
          assert.equal(encode(Float32Array.of(x))[0], nearest);
          assert.equal(encode(Float32Array.of(-x))[0], nearest | 0x8000);
        },
      ),
    );
  });
}

test("a NaN stays one, whatever its payload", () => {
  const payload = new Float32Array(Uint32Array.of(0x7f800001, 0xffffffff).buffer);
  for (const dtype of ["F16", "BF16"] as const) {
    assert.ok(toFloat32(fromFloat32(payload, [2], dtype)).every(Number.isNaN));
  }
});

test("integers and booleans become numbers", () => {
  const cases: readonly (readonly [DType, ArrayBufferView, readonly number[]])[] = [
    ["I64", BigInt64Array.of(-(2n ** 53n), 7n), [-(2 ** 53), 7]],
    ["U64", BigUint64Array.of(2n ** 53n), [2 ** 53]],
    ["I32", Int32Array.of(-5), [-5]],
    ["U32", Uint32Array.of(4294967295), [4294967295]],
    ["I16", Int16Array.of(-300), [-300]],
    ["U16", Uint16Array.of(65535), [65535]],
    ["I8", Int8Array.of(-128), [-128]],
    ["U8", Uint8Array.of(255), [255]],
    ["BOOL", Uint8Array.of(0, 1, 2), [0, 1, 1]],
  ];
  for (const [dtype, values, expected] of cases) {
    const view = { dtype, shape: [expected.length], bytes: new Uint8Array(values.buffer) };
    assert.deepEqual([...toFloat64(view)], expected, dtype);
    assert.deepEqual([...toFloat32(view)], expected.map(Math.fround), dtype);
  }
});

test("conversions copy", () => {
  const values = Float32Array.of(1, 2);
  const view = fromFloat32(values, [2]);
  values[0] = 9;
  toFloat32(view)[1] = 9;
  assert.deepEqual([...toFloat32(view)], [1, 2]);
  const wide = Float64Array.of(0.1);
  assert.equal(toFloat64(fromFloat64(wide, [1]))[0], 0.1);
  assert.equal(toFloat32(fromFloat64(wide, [1]))[0], Math.fround(0.1));
});
