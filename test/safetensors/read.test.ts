import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { InputError } from "../../src/errors.js";
import { toFloat32, toFloat64 } from "../../src/safetensors/convert.js";
import { dataStartOf, parseHeader, readSafetensors } from "../../src/safetensors/read.js";
import { writeSafetensors } from "../../src/safetensors/write.js";
import { assertAllclose } from "../allclose.js";
import { fileOf, METADATA, partsOf, TENSORS, VALID } from "./file.js";

const FOUR = new Uint8Array(4);
const F32 = (shape: string, begin: number | string, end: number | string) =>
  `{"dtype":"F32","shape":${shape},"data_offsets":[${begin},${end}]}`;

const BAD: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["an empty file", new Uint8Array(0), /at least 8 bytes; got 0/],
  ["seven bytes", new Uint8Array(7), /got 7/],
  ["a header of no bytes", new Uint8Array(8), /one JSON object/],
  ["a header longer than the file", fileOf("{}", FOUR, 1000n), /says it has 1000 bytes; got 6/],
  [
    "a header of 2^64 - 1 bytes",
    fileOf("{}", FOUR, 2n ** 64n - 1n),
    /at most 100000000 bytes; got 18446744073709551615/,
  ],
  ["a header of 100 MB + 1", fileOf("{}", FOUR, 100_000_001n), /at most 100000000/],
  ["a cut-off header", fileOf('{"a":'), /one JSON object/],
  ["a list as header", fileOf("[]"), /one JSON object/],
  ["a null header", fileOf("null"), /one JSON object/],
  ["a space before the header", fileOf(" {}"), /one JSON object/],
  ["a byte-order mark", fileOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)), /one JSON object/],
  ["a byte that is not UTF-8", fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)), /UTF-8/],
  ["half a surrogate pair", fileOf(`{"\\ud800":${F32("[1]", 0, 4)}}`, FOUR), /valid Unicode/],
  ["a header nested a million deep", fileOf(`{"a":${"[".repeat(1e6)}`), /nested deeper/],
  ["a tensor twice", fileOf(`{"a":${F32("[1]", 0, 4)},"a":${F32("[1]", 0, 4)}}`, FOUR), /"a" occurs twice/],
  [
    "a tensor twice, once escaped",
    fileOf(`{"a":${F32("[1]", 0, 4)},"\\u0061" :${F32("[1]", 0, 4)}}`, FOUR),
    /twice/,
  ],
  [
    "a dtype twice",
    fileOf('{"a":{"dtype":"F32","dtype":"I32","shape":[1],"data_offsets":[0,4]}}', FOUR),
    /twice/,
  ],
  ["__proto__", fileOf(`{"__proto__":${F32("[1]", 0, 4)}}`, FOUR), /must not be __proto__/],
  ["__proto__ in the metadata", fileOf('{"__metadata__":{"__proto__":"x"}}'), /must not be __proto__/],
  ["metadata that is no object", fileOf('{"__metadata__":"x"}'), /object of strings; got "x"/],
  ["metadata that is no text", fileOf('{"__metadata__":{"epoch":3}}'), /"epoch" must be a string; got 3/],
  ["an entry that is no object", fileOf('{"a":1}'), /must be an object; got 1/],
  ["an empty entry", fileOf('{"a":{}}'), /dtype.*got undefined/],
  ["an unknown dtype", fileOf('{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}', FOUR), /got "F31"/],
  [
    "an inherited dtype",
    fileOf('{"a":{"dtype":"toString","shape":[1],"data_offsets":[0,4]}}', FOUR),
    /got "toString"/,
  ],
  [
    "the wrong dtype",
    fileOf('{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}', FOUR),
    /takes 8 bytes; got 4/,
  ],
  ["a negative size", fileOf(`{"a":${F32("[-1]", 0, 4)}}`, FOUR), /integers >= 0.*got \[-1\]/],
  ["two negative sizes", fileOf(`{"a":${F32("[-1,-1]", 0, 4)}}`, FOUR), /integers >= 0/],
  ["a fractional size", fileOf(`{"a":${F32("[0.5,2]", 0, 4)}}`, FOUR), /integers >= 0/],
  ["a size as text", fileOf(`{"a":${F32('["1"]', 0, 4)}}`, FOUR), /list of integers/],
  ["a shape that is no list", fileOf(`{"a":${F32("1", 0, 4)}}`, FOUR), /list of integers/],
  ["a huge size", fileOf(`{"a":${F32("[1e15]", 0, 4)}}`, FOUR), /takes 4000000000000000 bytes; got 4/],
  ["an infinite size", fileOf(`{"a":${F32("[1e999]", 0, 4)}}`, FOUR), /integers >= 0/],
  [
    "a product beyond 2^53",
    fileOf(`{"a":${F32("[4294967296,4294967296]", 0, 4)}}`, FOUR),
    /product below 2\^53/,
  ],
  [
    "a product that wraps to 4 bytes",
    fileOf(`{"a":${F32("[4294967297,4294967297]", 0, 4)}}`, FOUR),
    /product/,
  ],
  ["offsets past the end", fileOf(`{"a":${F32("[2]", 0, 8)}}`, FOUR), /lie in the file's 4 bytes/],
  ["offsets that fall", fileOf(`{"a":${F32("[1]", 4, 0)}}`, FOUR), /data_offsets/],
  ["negative offsets", fileOf(`{"a":${F32("[1]", -4, 0)}}`, FOUR), /data_offsets/],
  ["fractional offsets", fileOf(`{"a":${F32("[1]", 0.5, 4.5)}}`, FOUR), /data_offsets/],
  [
    "huge offsets",
    fileOf(`{"a":${F32("[1]", "9007199254740993", "9007199254740997")}}`, FOUR),
    /data_offsets/,
  ],
  ["one offset", fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}', FOUR), /two integers/],
  ["overlapping tensors", fileOf(`{"a":${F32("[1]", 0, 4)},"b":${F32("[1]", 0, 4)}}`, FOUR), /"b" overlaps/],
  [
    "a hole",
    fileOf(`{"a":${F32("[1]", 4, 8)}}`, new Uint8Array(8)),
    /hole before it: expected data offset 0; got 4/,
  ],
  ["bytes behind the data", fileOf(`{"a":${F32("[1]", 0, 4)}}`, new Uint8Array(5)), /got 1 bytes behind/],
  [
    "a control character in a name",
    fileOf('{"a\\n\\u001b[31m\\u009b":1}'),
    /^tensor "a\\n\\u001b\[31m\\u009b":/,
  ],
];

for (const [what, bytes, message] of BAD) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => readSafetensors(bytes),
      (error) => {
        assert.ok(error instanceof InputError, String(error));
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /\n/);
        assert.ok(error.message.length < 300, error.message);
        return true;
      },
    );
  });
}

test("refuses every prefix of a valid file", () => {
  for (let length = 0; length < VALID.length; length++) {
    assert.throws(() => readSafetensors(VALID.subarray(0, length)), InputError);
  }
});

test("reads what was written", () => {
  const { metadata, tensors } = readSafetensors(VALID);
  assert.deepEqual(metadata, METADATA);
  assert.deepEqual(new Map([...tensors].sort()), TENSORS);
  assert.equal(toFloat64(tensors.get("scale")!)[0], Math.PI);
});

test("reads a file that lies at an odd place in memory", () => {
  const memory = new Uint8Array(VALID.length + 1);
  memory.set(VALID, 1);
  const { tensors } = readSafetensors(memory.subarray(1));
  assert.deepEqual([...toFloat32(tensors.get("bias")!)], [0.5, -1]);
});

test("accepts a header padded with spaces or not aligned, unknown fields, and tensors in any order", () => {
  const a = '"a":{"dtype":"U8","shape":[1],"data_offsets":[3,4],"note":"x"}';
  const b = '"b":{"shape":[3],"data_offsets":[0,3],"dtype":"U8"}';
  const { tensors } = readSafetensors(fileOf(`{${a},\t${b}}   `, Uint8Array.of(1, 2, 3, 4)));
  assert.deepEqual([...tensors.get("a")!.bytes, ...tensors.get("b")!.bytes], [4, 1, 2, 3]);
});

test("the header alone gives each tensor's place in the file", () => {
  const dataStart = dataStartOf(VALID.subarray(0, 8), VALID.length);
  const { tensors } = parseHeader(VALID.subarray(0, dataStart), VALID.length);
  const { begin, end } = tensors.get("mask")!;
  assert.deepEqual([...VALID.subarray(begin, end)], [1, 0, 1]);
  assert.throws(() => parseHeader(VALID.subarray(0, dataStart - 1), VALID.length), /read more/);
});

test("writing is independent of order, padded with spaces, and aligned to the element size", () => {
  const backwards = new Map([...TENSORS].reverse());
  const notes = Object.fromEntries(Object.entries(METADATA).reverse());
  assert.deepEqual(writeSafetensors(backwards, notes), VALID);
  const { header } = partsOf(VALID);
  assert.match(header, /^\{.*\} *$/);
  assert.equal(dataStartOf(VALID) % 8, 0);
  for (const { dtype, begin } of parseHeader(VALID).tensors.values()) {
    if (dtype === "F64") assert.equal(begin % 8, 0);
    if (dtype === "F32") assert.equal(begin % 4, 0);
  }
});

test("the bytes of a small file are those of the format", () => {
  const file = writeSafetensors(new Map([["10", { dtype: "U8", shape: [2], bytes: Uint8Array.of(7, 9) }]]));
  const { header, data } = partsOf(file);
  assert.equal(header, '{"10":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}  ');
  assert.deepEqual([...data], [7, 9]);
});

test("refuses to write what it would refuse to read", () => {
  const one = { dtype: "U8", shape: [2], bytes: Uint8Array.of(7) } as const;
  const good = { ...one, shape: [1] };
  assert.throws(() => writeSafetensors(new Map([["a", one]])), /takes 2 bytes; got 1/);
  assert.throws(() => writeSafetensors(new Map([["__metadata__", good]])), /__metadata__/);
  assert.throws(() => writeSafetensors(new Map([["__proto__", good]])), InputError);
  assert.throws(() => writeSafetensors(new Map([["a", good]]), { note: "\ud800" }), InputError);
});

test("reads a file of PyTorch's making: the noise schedule and an AdamW trajectory", () => {
  const { metadata, tensors } = readSafetensors(readFileSync("test/reference/diffusion.safetensors"));
  assert.match(metadata.spec ?? "", /"schedule": "linear in sqrt\(beta\)/);
  const product = toFloat64(tensors.get("alphas_cumprod")!);
  let expected = 1;
  const alphasCumprod = Array.from({ length: 1000 }, (_, t) => {
    const root = Math.sqrt(0.00085) + (t / 999) * (Math.sqrt(0.012) - Math.sqrt(0.00085));
    expected *= 1 - root * root;
    return expected;
  });
  assertAllclose(product, alphasCumprod, 1e-12, "alphas_cumprod");
});
