import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { sourceOfBytes } from "../../src/byte-source.js";
import { loadModel } from "../../src/files/model.js";
import { openCheckpoint, stateDict } from "../../src/pytorch/checkpoint.js";
import { toFloat32 } from "../../src/safetensors/convert.js";
import { readSafetensors } from "../../src/safetensors/read.js";
import type { TensorView } from "../../src/safetensors/types.js";
import { writeSafetensors } from "../../src/safetensors/write.js";
import { newFolder } from "../files/model-folder.js";
import { interrupted, pellucid } from "./run.js";

const CONFIG = "test/pytorch/tiny.json";
const LIGHTNING = "test/pytorch/lightning.ckpt";
const run = (file: string, out: string, ...more: string[]) =>
  pellucid("import", file, "--config", CONFIG, "--out", out, ...more);

/** All tensors of a PyTorch file. */
async function tensorsOf(path: string): Promise<Map<string, TensorView>> {
  const { tensors } = stateDict(await openCheckpoint(sourceOfBytes(readFileSync(path))));
  const read = [...tensors].map(async ([name, { dtype, shape, read }]) => {
    return [name, { dtype, shape, bytes: await read() }] as const;
  });
  return new Map(await Promise.all(read));
}

const PLAIN = "model.diffusion_model.";
const plainOf = (tensors: ReadonlyMap<string, TensorView>) =>
  [...tensors].flatMap(([name, view]) =>
    name.startsWith(PLAIN) ? [[name.slice(PLAIN.length), view] as const] : [],
  );
const weightsIn = (out: string) => readSafetensors(readFileSync(join(out, "weights.safetensors"))).tensors;

test("a Lightning checkpoint becomes a model of its moving average", async () => {
  const out = join(newFolder(), "model");
  const { code, stdout, stderr } = await run(LIGHTNING, out);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(
    stdout,
    /94 tensors under "model_ema\.diffusion_model", their moving average \(EMA\); --weights plain/,
  );
  assert.match(stdout, /left out: schedule 3, model\.diffusion_model 94, model_ema 2\n/);
  assert.match(stdout, /0 missing, 0 unexpected, 0 of another shape\n/);
  assert.ok(stdout.endsWith(`${out}\n`));
  const { config, weights } = loadModel(out);
  assert.equal(config.name, "tiny");
  for (const [name, view] of plainOf(await tensorsOf(LIGHTNING))) {
    assert.deepEqual(
      weights.get(name),
      toFloat32(view).map((value) => value / 2),
      name,
    );
  }
});

test("the weights as trained, bit for bit, when they are asked for", async () => {
  const out = newFolder();
  const { code, stdout } = await run(LIGHTNING, out, "--weights", "plain");
  assert.equal(code, 0);
  assert.match(stdout, /the weights as trained; --weights ema takes their average/);
  for (const [name, view] of plainOf(await tensorsOf(LIGHTNING)))
    assert.deepEqual(weightsIn(out).get(name), view);
});

test("halves stay halves, and become them when they shall", async () => {
  for (const [file, options, dtype] of [
    ["half", [], "F16"],
    ["bfloat", [], "BF16"],
    ["lightning", ["--weights", "plain", "--store", "float16"], "F16"],
    ["lightning", ["--weights", "plain", "--store", "bfloat16"], "BF16"],
    ["half", ["--store", "float32"], "F32"],
  ] as const) {
    const out = newFolder();
    assert.equal((await run(`test/pytorch/${file}.ckpt`, out, ...options)).code, 0);
    const written = weightsIn(out);
    const same = dtype === "BF16" ? "bfloat" : "half";
    for (const [name, view] of plainOf(await tensorsOf(`test/pytorch/${same}.ckpt`))) {
      assert.equal(written.get(name)!.dtype, dtype);
      assert.deepEqual(toFloat32(written.get(name)!), toFloat32(view), name);
    }
  }
});

/** A folder with the weights as trained in one safetensors file, in two with an index, and changed. */
async function safetensorsFolder(
  change: (tensors: Map<string, TensorView>) => void = () => {},
): Promise<string> {
  const folder = newFolder();
  const tensors = new Map(plainOf(await tensorsOf(LIGHTNING)));
  change(tensors);
  const write = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes);
  write("whole.safetensors", writeSafetensors(tensors));
  const names = [...tensors.keys()];
  const file = (i: number) => `part-${i % 2}.safetensors`;
  for (const part of [0, 1]) {
    write(file(part), writeSafetensors(new Map([...tensors].filter((_, i) => i % 2 === part))));
  }
  const map = Object.fromEntries(names.map((name, i) => [name, file(i)]));
  write(
    "model.safetensors.index.json",
    new TextEncoder().encode(JSON.stringify({ metadata: {}, weight_map: map })),
  );
  return folder;
}

test("one safetensors file, shards and the checkpoint give the same model, byte for byte", async () => {
  const folder = await safetensorsFolder();
  const [checkpoint, ...others] = await Promise.all(
    [LIGHTNING, join(folder, "whole.safetensors"), join(folder, "model.safetensors.index.json")].map(
      async (file, i) => {
        const out = join(folder, `out-${i}`);
        assert.equal((await run(file, out, "--weights", "plain", "--quiet")).stdout, `${out}\n`);
        return readFileSync(join(out, "weights.safetensors"));
      },
    ),
  );
  for (const other of others) assert.deepEqual(other, checkpoint);
});

describe("what does not fit is listed, and nothing is written", () => {
  const lose = (tensors: Map<string, TensorView>) => tensors.delete("out.0.weight");
  const add = (tensors: Map<string, TensorView>) =>
    tensors.set("out.2.bias", { dtype: "U8", shape: [1], bytes: Uint8Array.of(0) });
  const bend = (tensors: Map<string, TensorView>) =>
    tensors.set("out.0.weight", { dtype: "U8", shape: [1], bytes: Uint8Array.of(0) });

  for (const [name, change, line, cure] of [
    ["missing", lose, "missing out.0.weight", "(--missing start)"],
    ["unexpected", add, 'unexpected "out.2.bias"', "(--unexpected drop)"],
    ["of another shape", bend, "shape of out.0.weight must be [8]; got [1]", "choose other settings"],
  ] as const) {
    test(name, async () => {
      const folder = await safetensorsFolder(change);
      const { code, stdout, stderr } = await run(join(folder, "whole.safetensors"), join(folder, "out"));
      assert.equal(code, 1);
      assert.ok(stdout.includes(`\n  ${line}\n`), stdout);
      assert.match(
        stderr,
        /^pellucid: [^\n]* must hold the network of test\/pytorch\/tiny\.json; got [^\n]*\n$/,
      );
      assert.ok(stderr.includes(cure), stderr);
      assert.ok(!existsSync(join(folder, "out")));
    });
  }

  test("unless it may: a missing norm starts at ones, and a tensor too many is left out", async () => {
    const folder = await safetensorsFolder((tensors) => {
      lose(tensors);
      add(tensors);
    });
    const out = join(folder, "out");
    const options = ["--missing", "start", "--unexpected", "drop"];
    assert.equal((await run(join(folder, "whole.safetensors"), out, ...options)).code, 0);
    assert.deepEqual([...loadModel(out).weights.get("out.0.weight")!], Array(8).fill(1));
    assert.ok(!weightsIn(out).has("out.2.bias"));
  });
});

describe("bad input is one line, exit code 1, and no file", () => {
  const text = (value: string) => new TextEncoder().encode(value);
  const cases: Readonly<Record<string, readonly [string, Uint8Array | undefined, RegExp]>> = {
    "a file that is not there": ["none.ckpt", undefined, /cannot read .*none\.ckpt: there is no such file/],
    "an older checkpoint": [
      "a.ckpt",
      readFileSync("test/pytorch/older.ckpt"),
      /since PyTorch 1\.6; it is not/,
    ],
    "a hostile checkpoint": [
      "a.ckpt",
      readFileSync("test/pytorch/hostile-system.ckpt"),
      /"posix\.system" is refused/,
    ],
    "half a checkpoint": [
      "a.ckpt",
      readFileSync(LIGHTNING).subarray(0, 1e5),
      /a\.ckpt: a checkpoint must end with/,
    ],
    "half a safetensors file": [
      "a.safetensors",
      text("12"),
      /a\.safetensors: a safetensors file has at least 8 bytes/,
    ],
    "an index without its files": [
      "a.safetensors.index.json",
      text('{"weight_map":{"a":"b.safetensors"}}'),
      /cannot read .*b\.safetensors: there is no such file/,
    ],
  };
  for (const [name, [file, bytes, message]] of Object.entries(cases)) {
    test(name, async () => {
      const folder = newFolder();
      if (bytes) writeFileSync(join(folder, file), bytes);
      const { code, stderr } = await run(join(folder, file), join(folder, "out"));
      assert.equal(code, 1);
      assert.match(stderr, message);
      assert.match(stderr, /^pellucid: [^\n]+\n$/);
      assert.ok(!existsSync(join(folder, "out")));
    });
  }

  test("a tensor that is found damaged in the middle", async () => {
    const folder = newFolder();
    const bytes = readFileSync(LIGHTNING);
    const view = (await tensorsOf(LIGHTNING)).get("model_ema.diffusion_modelout2linearweight")!;
    bytes[bytes.indexOf(view.bytes)]! ^= 1;
    writeFileSync(join(folder, "a.ckpt"), bytes);
    const { code, stderr } = await run(join(folder, "a.ckpt"), join(folder, "out"));
    assert.equal(code, 1);
    assert.match(stderr, /a\.ckpt: zip entry "lightning\/data\/\d+" is damaged: its CRC-32 is wrong/);
    assert.deepEqual(readdirSync(join(folder, "out")), []);
  });

  test("numbers too large for float16", async () => {
    const folder = await safetensorsFolder((tensors) => {
      const bytes = new Uint8Array(Float32Array.of(1, 1, 1, 1, 1, 1, 1, 7e4).buffer);
      tensors.set("out.0.weight", { dtype: "F32", shape: [8], bytes });
    });
    const options = ["--store", "float16"];
    const { code, stderr } = await run(join(folder, "whole.safetensors"), join(folder, "out"), ...options);
    assert.equal(code, 1);
    assert.match(stderr, /tensor out\.0\.weight must hold numbers below 65520.*store BF16/);
  });

  test("Ctrl-C leaves nothing, and neither does an earlier kill", async () => {
    const out = newFolder();
    writeFileSync(join(out, ".pellucid-0123456789ab.tmp"), "left by a kill");
    const { code } = await interrupted("import", LIGHTNING, "--config", CONFIG, "--out", out);
    assert.deepEqual([code, readdirSync(out)], [130, []]);
  });

  test("a model that is there stays, unless it may be replaced", async () => {
    const out = newFolder();
    await run("test/pytorch/half.ckpt", out);
    const { code, stderr } = await run(LIGHTNING, out);
    assert.deepEqual([code, weightsIn(out).get("out.0.weight")!.dtype], [1, "F16"]);
    assert.match(stderr, /is already there/);
    assert.equal((await run(LIGHTNING, out, "--force")).code, 0);
    assert.equal(weightsIn(out).get("out.0.weight")!.dtype, "F32");
  });
});
