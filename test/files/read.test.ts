import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InputError, UsageError } from "../../src/errors.js";
import { parseFile } from "../../src/files/read.js";
import { newFolder } from "./model-folder.js";

test("what is wrong in a file is told with its path, and stays the kind of error that it is", () => {
  const path = join(newFolder(), "settings.json");
  writeFileSync(path, "{}");
  for (const kind of [InputError, UsageError]) {
    const parse = () => {
      throw new kind("batch must be positive; got 0");
    };
    assert.throws(
      () => parseFile(path, parse),
      (error) => error instanceof kind && error.message === `${path}: batch must be positive; got 0`,
    );
  }
  assert.throws(() => parseFile(path, () => assert.fail("a bug")), assert.AssertionError);
});
