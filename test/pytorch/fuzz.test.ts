import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as fc from "fast-check";
import { sourceOfBytes } from "../../src/byte-source.js";
import { InputError } from "../../src/errors.js";
import { openCheckpoint, stateDict } from "../../src/pytorch/checkpoint.js";
import { unpickle } from "../../src/pytorch/unpickle.js";
import { openZip, readEntry } from "../../src/pytorch/zip.js";
import { byteLengthOf } from "../../src/safetensors/types.js";

const VIEWS = Uint8Array.from(readFileSync(new URL("views.ckpt", import.meta.url)));
const LIGHTNING = Uint8Array.from(readFileSync(new URL("lightning.ckpt", import.meta.url)));
const RUNS = 2000;

/** A file that is read gives whole tensors; any other is an InputError on one line. */
async function readsOrRefuses(bytes: Uint8Array): Promise<void> {
  try {
    const { tensors } = stateDict(await openCheckpoint(sourceOfBytes(bytes)));
    for (const { dtype, shape, read } of tensors.values()) {
      assert.equal((await read()).length, byteLengthOf(dtype, shape));
    }
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    assert.match(error.message, /^[^\n]{1,500}$/);
  }
}

/** Some bytes of `file` replaced, then a piece cut out. */
const mutated = (file: Uint8Array) =>
  fc
    .record({
      edits: fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      cut: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(40)),
      at: fc.nat(file.length - 1),
    })
    .map(({ edits, cut, at }) => {
      const changed = Uint8Array.from(file);
      for (const [place, byte] of edits) changed[place] = byte;
      return cut === 0
        ? changed
        : Uint8Array.from([...changed.subarray(0, at), ...changed.subarray(at + cut)]);
    });

test("mutations of a checkpoint", async () => {
  await fc.assert(fc.asyncProperty(mutated(VIEWS), readsOrRefuses), { numRuns: RUNS });
});

test("every byte of a checkpoint with one bit turned", async () => {
  for (let at = 0; at < VIEWS.length; at++) {
    const changed = Uint8Array.from(VIEWS);
    changed[at]! ^= 1 << (at % 8);
    await readsOrRefuses(changed);
  }
});

test("mutations of a Lightning checkpoint's pickle", async () => {
  const source = sourceOfBytes(LIGHTNING);
  const entry = [...(await openZip(source)).values()].find(({ name }) => name.endsWith("data.pkl"))!;
  const pickle = await readEntry(source, entry);
  const read = (bytes: Uint8Array) =>
    unpickle(bytes, {
      inert: new Set(),
      storage: (dtype, key, length) => ({ kind: "storage", dtype, key, length }),
    });
  assert.doesNotThrow(() => read(pickle));
  fc.assert(
    fc.property(mutated(pickle), (bytes) => {
      try {
        read(bytes);
      } catch (error) {
        assert.ok(error instanceof InputError, String(error));
      }
    }),
    { numRuns: RUNS / 4 },
  );
});

test("bytes that are no checkpoint", async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), readsOrRefuses), { numRuns: RUNS / 4 });
});
