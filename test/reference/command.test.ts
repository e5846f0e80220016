import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { reference } from "../../scripts/reference/command.js";
import { bytesOf, edited } from "./edit.js";

async function run(files: Readonly<Record<string, Uint8Array>>) {
  const directory = await mkdtemp(join(tmpdir(), "reference-"));
  try {
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(directory, name), bytes);
    return await reported([directory]);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function reported(args: readonly string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await reference(args, { out: (line) => out.push(line), error: (line) => errors.push(line) });
  return { code, out, errors };
}

test("a folder of good files ends in the count, alone on its line, and 0", async () => {
  const { code, out } = await run({
    "b.safetensors": edited("layers", ["silu", "upsample"], {}),
    "a.safetensors": bytesOf("diffusion"),
    "notes.txt": Uint8Array.of(1),
  });
  assert.equal(code, 0);
  assert.equal(out.at(-1), "4 passed, 0 failed");
  assert.deepEqual(
    out.slice(2, -1).map((line) => line.split(/\s/)[0]),
    ["a", "a", "b/silu", "b/upsample"],
  );
});

test("damaged files are one failed line each, and the rest is checked", async () => {
  const { code, out } = await run({
    "cut.safetensors": bytesOf("layers").subarray(0, 5000),
    "empty.safetensors": new Uint8Array(0),
    "silu.safetensors": edited("layers", ["silu"], {}),
  });
  assert.equal(code, 1);
  assert.equal(out.at(-1), "1 passed, 2 failed");
  assert.equal(out.filter((line) => /^(cut|empty) +file +FAILED: /.test(line)).length, 2);
});

test("a folder that is missing or holds nothing to check is a usage error on one line", async () => {
  for (const { code, out, errors } of [
    await run({ "notes.txt": Uint8Array.of(1) }),
    await reported([]),
    await reported(["a", "b"]),
    await reported([join(tmpdir(), "no such folder")]),
  ]) {
    assert.equal(code, 2);
    assert.deepEqual(out, []);
    assert.equal(errors.length, 1);
    assert.match(errors[0]!, /^reference: [^\n]*$/);
  }
});
