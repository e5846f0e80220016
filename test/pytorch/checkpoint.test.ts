import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { sourceOfBytes } from "../../src/byte-source.js";
import { InputError } from "../../src/errors.js";
import { openCheckpoint, stateDict } from "../../src/pytorch/checkpoint.js";
import { toFloat64 } from "../../src/safetensors/convert.js";
import type { StoredTensor } from "../../src/safetensors/stored.js";
import { checkpointOf, joined, zipOf } from "./archive.js";
import { code, dict, global, int, pickle, storage, tensor, text } from "./assembler.js";

const folder = new URL("./", import.meta.url);
const bytesOf = (name: string): Uint8Array => readFileSync(new URL(name, folder));

const open = async (bytes: Uint8Array) => stateDict(await openCheckpoint(sourceOfBytes(bytes)));
const valuesOf = async ({ dtype, shape, read }: StoredTensor): Promise<number[]> => [
  ...toFloat64({ dtype, shape, bytes: await read() }),
];

/** Name -> [dtype, shape, values] of every tensor. */
async function all(bytes: Uint8Array) {
  const { tensors } = await open(bytes);
  const entries = [...tensors].map(async ([name, tensor]) => {
    return [name, [tensor.dtype, tensor.shape, await valuesOf(tensor)]] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test("every element type that PyTorch wrote", async () => {
  const values = [-2.5, 0, 1, 3];
  assert.deepEqual(await all(bytesOf("types.ckpt")), {
    float64: ["F64", [4], values],
    float32: ["F32", [4], values],
    float16: ["F16", [4], values],
    bfloat16: ["BF16", [4], values],
    int64: ["I64", [4], values.map(Math.trunc)],
    int32: ["I32", [4], values.map(Math.trunc)],
    int16: ["I16", [4], values.map(Math.trunc)],
    int8: ["I8", [4], values.map(Math.trunc)],
    uint8: ["U8", [4], [2, 0, 1, 3]],
    bool: ["BOOL", [4], [1, 0, 1, 1]],
    scalar: ["F32", [], [0.5]],
    empty: ["F32", [3, 0], []],
    parameter: ["F32", [2], [1.5, -1.5]],
  });
});

test("views of one storage: parts, steps and other orders come out in row-major order", async () => {
  const read = await all(bytesOf("views.ckpt"));
  const grid = (i: number, j: number, k: number) => 12 * i + 4 * j + k;
  assert.deepEqual(read.whole, ["F32", [2, 3, 4], range(24)]);
  assert.deepEqual(read.tied, read.whole);
  assert.deepEqual(read.part, ["F32", [2, 4], range(24).slice(16)]);
  const turned = range(4).flatMap((k) => range(2).flatMap((i) => range(3).map((j) => grid(i, j, k))));
  assert.deepEqual(read.turned, ["F32", [4, 2, 3], turned]);
  const stepped = range(2).flatMap((i) => [0, 2].flatMap((j) => [1, 3].map((k) => grid(i, j, k))));
  assert.deepEqual(read.stepped, ["F32", [2, 2, 2], stepped]);
  assert.deepEqual(read.channels_last, ["F32", [1, 2, 3, 6], range(36)]);
  assert.deepEqual(read.transposed_half, ["F16", [3, 2], [0, 3, 1, 4, 2, 5]]);
});

test("a Lightning checkpoint's state dict, whatever lies beside it", async () => {
  const { tensors, others } = await open(bytesOf("lightning.ckpt"));
  const names = [...tensors.keys()];
  assert.equal(names.filter((name) => name.startsWith("model.diffusion_model.")).length, 94);
  assert.equal(names.filter((name) => name.startsWith("model_ema.diffusion_model")).length, 94);
  assert.deepEqual(others, []);
  const plain = await valuesOf(tensors.get("model.diffusion_model.out.0.weight")!);
  const ema = await valuesOf(tensors.get("model_ema.diffusion_modelout0weight")!);
  assert.deepEqual(
    ema,
    plain.map((value) => value / 2),
  );
  assert.deepEqual(await valuesOf(tensors.get("model_ema.num_updates")!), [7]);
});

test("a checkpoint's other parts are plain values, and names where they hold objects", async () => {
  const { root } = await openCheckpoint(sourceOfBytes(bytesOf("lightning.ckpt")));
  assert.ok(typeof root === "object" && root?.kind === "dict");
  assert.equal(root.entries.get("global_step"), 1_000_000);
  const hyper = root.entries.get("hyper_parameters");
  assert.ok(typeof hyper === "object" && hyper?.kind === "dict");
  assert.equal(hyper.entries.get("large"), 2n ** 70n);
  assert.equal(hyper.entries.get("below"), -(2 ** 40));
  assert.deepEqual(hyper.entries.get("options"), { kind: "opaque", name: "argparse.Namespace" });
});

describe("refuses what PyTorch wrote", () => {
  for (const [name, message] of [
    ["hostile-system", /byte 205 of the pickle: the Python name "posix\.system" is refused/],
    ["hostile-eval", /"__builtin__\.eval" is refused/],
    ["hostile-getattr", /"__builtin__\.getattr" is refused/],
    [
      "expanded",
      /must lie in its storage of 2 elements, each shown once; save it again after \.contiguous\(\)$/,
    ],
  ] as const) {
    test(name, async () => {
      await assert.rejects(open(bytesOf(`${name}.ckpt`)), (error) => {
        assert.ok(error instanceof InputError);
        assert.match(error.message, message);
        return true;
      });
      assert.ok(!readdirSync(".").includes("pwned"));
    });
  }

  test("nothing, once a name is allowed: it is passed over, not run", async () => {
    const checkpoint = await openCheckpoint(
      sourceOfBytes(bytesOf("hostile-system.ckpt")),
      new Set(["posix.system"]),
    );
    assert.deepEqual([...stateDict(checkpoint).tensors.keys()], ["w"]);
    assert.ok(!readdirSync(".").includes("pwned"));
  });
});

describe("refuses", () => {
  const weight = pickle(dict({ w: tensor(storage("0", 2), [2], [1]) }));
  const eight = new Uint8Array(8);
  const cases: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
    "a storage that is not there": [
      checkpointOf(weight),
      /storage "0" must have 8 bytes in the archive; got none/,
    ],
    "a storage that is shorter": [checkpointOf(weight, { 0: new Uint8Array(4) }), /must have 8 bytes.*got 4/],
    "a storage that is longer": [
      checkpointOf(weight, { 0: new Uint8Array(12) }),
      /must have 8 bytes.*got 12/,
    ],
    "a storage of another type": [
      checkpointOf(pickle(dict({ w: tensor(storage("0", 2, "DoubleStorage"), [2], [1]) })), { 0: eight }),
      /must have 16 bytes/,
    ],
    "a key that leads elsewhere": [
      checkpointOf(pickle(dict({ w: tensor(storage("../version", 2), [2], [1]) })), { 0: eight }),
      /storage "\.\.\/version" must have 8 bytes in the archive; got none/,
    ],
    "no pickle": [zipOf([{ name: "archive/code.py", bytes: eight }]), /must have one data\.pkl; got 0/],
    "two pickles": [
      zipOf([
        { name: "a/data.pkl", bytes: weight },
        { name: "b/data.pkl", bytes: weight },
      ]),
      /must have one data\.pkl; got 2/,
    ],
    "big-endian numbers": [
      zipOf([
        { name: "a/data.pkl", bytes: weight },
        { name: "a/data/0", bytes: eight },
        { name: "a/byteorder", bytes: code("big") },
      ]),
      /byte order must be little; got "big"/,
    ],
    "no tensors": [
      checkpointOf(pickle(dict({ epoch: int(1) }))),
      /under "state_dict"; got "epoch"; save model\.state_dict/,
    ],
    "a list": [checkpointOf(pickle(code("]"))), /got list; save model\.state_dict/],
    "a pickle that is no pickle": [checkpointOf(text("hello")), /PROTO must come first/],
  };
  for (const [name, [bytes, message]] of Object.entries(cases)) {
    test(name, async () => {
      await assert.rejects(open(bytes), (error) => {
        assert.ok(error instanceof InputError, String(error));
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test("a tensor whose bytes were changed, when it is read", async () => {
    const bytes = bytesOf("types.ckpt");
    const changed = Uint8Array.from(bytes);
    const at = Buffer.from(bytes).indexOf(Buffer.from(Float32Array.of(-2.5, 0, 1, 3).buffer));
    changed[at]! ^= 1;
    const { tensors } = await open(changed);
    await assert.rejects(tensors.get("float32")!.read(), /CRC-32 is wrong/);
    assert.equal((await tensors.get("float64")!.read()).length, 32);
  });
});

test("entries of a state dict that are no tensors are named", async () => {
  const state = dict({
    w: tensor(storage("0", 2), [2], [1]),
    note: text("x"),
    made: joined(global("argparse", "Namespace"), code(")R")),
  });
  const { tensors, others } = await open(checkpointOf(pickle(state), { 0: new Uint8Array(8) }));
  assert.deepEqual([[...tensors.keys()], others], [["w"], ["note", "made"]]);
});
