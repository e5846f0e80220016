import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sourceOfBytes } from "../../src/byte-source.js";
import { InputError } from "../../src/errors.js";
import { fromFloat32, toFloat32 } from "../../src/safetensors/convert.js";
import { openShards, parseShardIndex } from "../../src/safetensors/shards.js";
import { openSafetensors } from "../../src/safetensors/stored.js";
import { writeSafetensors } from "../../src/safetensors/write.js";
import { METADATA, TENSORS, VALID } from "./file.js";

const FIRST = "model-00001-of-00002.safetensors";
const SECOND = "model-00002-of-00002.safetensors";
const shard = (...names: string[]): Uint8Array =>
  writeSafetensors(new Map(names.map((name, i) => [name, fromFloat32(Float32Array.of(i + 1), [1])])));
const indexOf = (weight_map: unknown): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ metadata: { total_size: 12 }, weight_map }));

const open = async (weightMap: unknown, files: Readonly<Record<string, Uint8Array>>) =>
  openShards(parseShardIndex(indexOf(weightMap)), async (file) => sourceOfBytes(files[file]!));

test("a file is read tensor by tensor", async () => {
  const asked: number[] = [];
  const { metadata, tensors } = await openSafetensors({
    size: VALID.length,
    read: async (begin, end) => {
      asked.push(end - begin);
      return VALID.subarray(begin, end);
    },
  });
  assert.deepEqual(metadata, METADATA);
  assert.equal(asked.length, 2); // the header's length, the header
  for (const [name, { dtype, shape, bytes }] of TENSORS) {
    const tensor = tensors.get(name)!;
    assert.deepEqual([tensor.dtype, tensor.shape, await tensor.read()], [dtype, shape, bytes]);
  }
  assert.deepEqual(asked.slice(2).sort(), [...TENSORS.values()].map(({ bytes }) => bytes.length).sort());
});

test("every prefix of a file is refused", async () => {
  for (let length = 0; length < VALID.length; length++) {
    await assert.rejects(openSafetensors(sourceOfBytes(VALID.subarray(0, length))), InputError);
  }
});

test("tensors of several files are one model", async () => {
  const tensors = await open(
    { a: FIRST, b: SECOND, c: FIRST },
    { [FIRST]: shard("a", "c"), [SECOND]: shard("b") },
  );
  const { dtype, shape, read } = tensors.get("c")!;
  assert.deepEqual([...tensors.keys()].sort(), ["a", "b", "c"]);
  assert.deepEqual([...toFloat32({ dtype, shape, bytes: await read() })], [2]);
});

describe("refuses", () => {
  const files = { [FIRST]: shard("a"), [SECOND]: shard("b") };
  const cases: Readonly<Record<string, readonly [unknown, RegExp]>> = {
    "an index without a map": [undefined, /must have an object weight_map/],
    "a file in another folder": [{ a: `../${FIRST}` }, /files beside the index; got "\.\.\/model/],
    "a file from the root": [{ a: "/etc/passwd" }, /files beside the index/],
    "a file of another kind": [{ a: "pytorch_model.bin" }, /must name \*\.safetensors files/],
    "a hidden file": [{ a: ".x.safetensors" }, /files beside the index/],
    "a name that is no text": [{ a: 7 }, /files beside the index; got "7"/],
    "a tensor that a file lacks": [{ a: FIRST, b: SECOND, c: SECOND }, /tensor "c" must be in model-00002/],
    "a tensor that the index does not name": [
      { a: FIRST, c: SECOND },
      /holds tensor "b", which the index does not/,
    ],
    "a tensor in two files": [
      { a: FIRST, b: FIRST, c: SECOND },
      /the index does not expect there|must be in/,
    ],
  };
  for (const [name, [weightMap, message]] of Object.entries(cases)) {
    test(name, async () => {
      await assert.rejects(open(weightMap, files), (error) => {
        assert.ok(error instanceof InputError, String(error));
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test("an index that is no JSON, and a damaged file by its name", async () => {
    assert.throws(() => parseShardIndex(Uint8Array.of(0x7b)), /must be JSON in UTF-8/);
    assert.throws(() => parseShardIndex(Uint8Array.of(0xff)), /must be JSON in UTF-8/);
    await assert.rejects(
      open({ a: FIRST }, { [FIRST]: shard("a").subarray(0, 20) }),
      /^InputError: model-00001-of-00002/,
    );
  });
});
