import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { sourceOfBytes } from "../../src/byte-source.js";
import { input } from "../../src/graph/ops/constant.js";
import { fromAuthorsConfig } from "../../src/model/authors.js";
import { matchStateDict } from "../../src/model/state-dict.js";
import { unet } from "../../src/model/unet.js";
import { collectParameters } from "../../src/model/weights.js";
import { openCheckpoint, stateDict } from "../../src/pytorch/checkpoint.js";
import { isObject } from "../../src/safetensors/json.js";
import { readSafetensors } from "../../src/safetensors/read.js";
import type { TensorView } from "../../src/safetensors/types.js";
import { bytesOf, checksOf, edited } from "../reference/edit.js";

const NAME = "unet_small_x0";
const beside = (ending: string) => readFileSync(new URL(`${NAME}.ckpt.${ending}`, import.meta.url));

/** The checkpoint that PyTorch wrote, put together from what is kept of it and the weights, which lie in the reference. */
function checkpoint(): Uint8Array {
  const { holes, sha256 } = JSON.parse(beside("holes.json").toString());
  const { tensors } = readSafetensors(bytesOf(NAME));
  const kept = beside("kept");
  const pieces: Uint8Array[] = [];
  let [at, taken] = [0, 0]; // in the checkpoint, in what is kept
  for (const { begin, bytes, tensor } of holes) {
    pieces.push(kept.subarray(taken, taken + begin - at), tensors.get(tensor)!.bytes);
    taken += begin - at;
    at = begin + bytes;
  }
  const whole = Buffer.concat([...pieces, kept.subarray(taken)]);
  assert.equal(createHash("sha256").update(whole).digest("hex"), sha256);
  return Uint8Array.from(whole);
}

/** The U-Net's parameters, from the settings beside the reference's numbers. */
function parametersOf(spec: unknown) {
  assert.ok(isObject(spec) && typeof spec.image === "number");
  const config = fromAuthorsConfig(spec.config, spec.image);
  const x = input("x", [1, 6, spec.image, spec.image]);
  const context = { tokens: input("tokens", [1, 1, config.contextWidth]) };
  return collectParameters((parameter) => unet(config, parameter, { x, t: input("t", [1]), context }))
    .parameters;
}

test("a checkpoint of the authors' network has every name, no other, and gives their output", async () => {
  const { tensors } = stateDict(await openCheckpoint(sourceOfBytes(checkpoint())));
  const { metadata } = readSafetensors(bytesOf(NAME));
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  const parameters = parametersOf(JSON.parse(metadata.spec!));
  const match = matchStateDict(parameters, shapes, "auto");
  assert.deepEqual([match.missing, match.unexpected, match.misshapen], [[], [], []]);
  assert.deepEqual([...match.leftOut], [["schedule", 3]]);

  const weights = new Map<string, TensorView>();
  for (const [name, source] of match.sources) {
    const { dtype, shape, read } = tensors.get(source)!;
    weights.set(`weight/${name}`, { dtype, shape, bytes: await read() });
  }
  const bytes = edited(NAME, [], {
    tensors(all) {
      for (const name of [...all.keys()])
        if (/^(weight|live_vjp|frozen_vjp|ddim)\//.test(name)) all.delete(name);
      for (const [name, view] of weights) all.set(name, view);
    },
  });
  const checks = await checksOf(NAME, bytes);
  assert.deepEqual(
    checks.map(({ what, passed }) => [what, passed]),
    [["out", true]],
  );
});
