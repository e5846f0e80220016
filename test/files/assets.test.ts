import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { InputError } from "../../src/errors.js";
import { assetPath, loadVocabulary, loadWordTable } from "../../src/files/assets.js";
import { readBytes } from "../../src/files/read.js";

test("the shipped vocabulary and word vectors load", () => {
  assert.equal(loadVocabulary().spellings.length, 49_408);
  assert.equal(loadWordTable().width, 100);
});

test("a missing or damaged asset is an InputError that names the file", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "assets-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "asset");
  const expectError = (load: (path: string) => unknown) =>
    assert.throws(
      () => load(path),
      (error) => error instanceof InputError && error.message.includes(path),
    );
  expectError(loadVocabulary);
  expectError(loadWordTable);
  const damaged = [
    new Uint8Array(0),
    gzipSync("no merges"),
    readBytes(assetPath("clip-merges.txt.gz")).subarray(0, 1000),
    readBytes(assetPath("word-vectors.safetensors")).subarray(0, 1000),
  ];
  for (const bytes of damaged) {
    writeFileSync(path, bytes);
    expectError(loadVocabulary);
    expectError(loadWordTable);
  }
});
