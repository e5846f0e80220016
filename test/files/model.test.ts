import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InputError } from "../../src/errors.js";
import { loadModel } from "../../src/files/model.js";
import { tinyModel } from "../model/tiny.js";
import { modelFolder } from "./model-folder.js";

test("a model is read as it was written, and its digest is that of settings and weights", () => {
  const model = tinyModel();
  const folder = modelFolder(model);
  const { config, weights, digest } = loadModel(folder);
  assert.deepEqual([config, [...weights]], [model.config, [...model.weights]]);
  const file = readFileSync(join(folder, "weights.safetensors"));
  assert.equal(digest, createHash("sha256").update(JSON.stringify(config)).update(file).digest("hex"));
});

test("weights that are cut off, empty, missing or no file are refused with their path", () => {
  const folder = modelFolder();
  const path = join(folder, "weights.safetensors");
  const whole = readFileSync(path);
  const refuses = (message: RegExp) =>
    assert.throws(
      () => loadModel(folder),
      (error) => error instanceof InputError && error.message.includes(path) && message.test(error.message),
      message.source,
    );
  truncateSync(path, whole.length - 1);
  refuses(/data_offsets must lie in the file/);
  writeFileSync(path, "");
  refuses(/at least 8 bytes; got 0/);
  rmSync(path);
  refuses(/there is no such file/);
});
