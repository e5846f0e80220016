import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { InputError } from "../../src/errors.js";
import { clearLeftovers, hasCheckpoint, loadCheckpoint, saveCheckpoint } from "../../src/files/checkpoint.js";
import { loadModel } from "../../src/files/model.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import { initialState } from "../../src/train/state.js";
import { trainingConfig } from "../train/tiny.js";
import { newFolder } from "./model-folder.js";

const config = trainingConfig();
const { parameters } = denoiseGraph(config.model, 1, 1);
const state = { ...initialState(parameters, 3), step: 12 };
for (const { average, first, second } of state.parameters) {
  for (const [i, values] of [average, first, second].entries())
    values.forEach((_, k) => {
      values[k] = k + i;
    });
}
const folder = newFolder();
saveCheckpoint(folder, { config, state });
const path = join(folder, "checkpoint.safetensors");
const bytes = readFileSync(path);

/** A new folder whose checkpoint holds these bytes. */
function folderWith(content: Uint8Array): string {
  const damaged = newFolder();
  writeFileSync(join(damaged, "checkpoint.safetensors"), content);
  return damaged;
}

const refuses = (content: Uint8Array, message: RegExp): void =>
  assert.throws(
    () => loadCheckpoint(folderWith(content)),
    (error) =>
      error instanceof InputError &&
      error.message.includes("checkpoint.safetensors: ") &&
      message.test(error.message),
  );

describe("a checkpoint", () => {
  test("holds all of a run", () => {
    assert.ok(hasCheckpoint(folder));
    assert.deepEqual(loadCheckpoint(folder), { config, state });
  });

  test("comes with its averaged weights as a model", () => {
    const model = loadModel(join(folder, "model"));
    assert.deepEqual(model.config, config.model);
    for (const { name, average } of state.parameters) assert.deepEqual(model.weights.get(name), average);
  });

  test("is cleared of what a kill left half-written, and reading it clears nothing", () => {
    const leftovers = ["", "model"].map((part) => join(folder, part, ".pellucid-0123456789ab.tmp"));
    for (const leftover of leftovers) writeFileSync(leftover, "half");
    loadCheckpoint(folder);
    assert.ok(leftovers.every((leftover) => existsSync(leftover)));
    clearLeftovers(folder);
    assert.deepEqual(readdirSync(folder).sort(), ["checkpoint.safetensors", "model"]);
    assert.deepEqual(readdirSync(join(folder, "model")).sort(), ["config.json", "weights.safetensors"]);
    clearLeftovers(join(folder, "nothing"));
  });
});

describe("a checkpoint is refused with its path", () => {
  test("where it was cut off, at any place", () => {
    const length = fc.integer({ min: 0, max: bytes.length - 1 });
    fc.assert(
      fc.property(length, (cut) => refuses(bytes.subarray(0, cut), /./)),
      { numRuns: 30 },
    );
  });

  test("or has bytes too many", () => refuses(Buffer.concat([bytes, Buffer.alloc(1)]), /./));

  test("where its header was overwritten", () => {
    const headerLength = Number(bytes.readBigUInt64LE(0));
    const place = fc.integer({ min: 8, max: 7 + headerLength });
    fc.assert(
      fc.property(place, (at) => {
        const changed = Buffer.from(bytes);
        changed[at] = 0;
        refuses(changed, /./);
      }),
      { numRuns: 30 },
    );
  });

  /** The file with a text in its header replaced by another of the same length. */
  const replaced = (from: string, to: string): Buffer => {
    assert.equal(from.length, to.length);
    const text = bytes.toString("latin1");
    assert.ok(text.includes(from), from);
    return Buffer.from(text.replace(from, to), "latin1");
  };

  test("where its step is none", () =>
    refuses(replaced('"step":"12"', '"step":"-2"'), /step must be a whole number; got -2/));

  test("where a tensor is missing", () =>
    refuses(
      replaced('"average/out.0.weight":', '"average/out.0.breath":'),
      /tensor average\/out\.0\.weight is missing/,
    ));

  test("where its settings are none of ours", () =>
    refuses(replaced('\\"learningRate\\":', '\\"lerningRate\\" :'), /training settings: /));

  test("where it is a model's weights", () =>
    refuses(readFileSync(join(folder, "model", "weights.safetensors")), /this is no checkpoint/));
});
