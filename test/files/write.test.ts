import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { InputError } from "../../src/errors.js";
import { fileError } from "../../src/files/file-error.js";
import { parseFile, readBytes, readText } from "../../src/files/read.js";
import { checkOutputs, ensureFolder, writeFileAtomic, writeTogether } from "../../src/files/write.js";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Runs `check` in a new folder that is removed afterwards. */
function inFolder(check: (folder: string) => void): () => void {
  return () => {
    const folder = mkdtempSync(join(tmpdir(), "pellucid-test-"));
    try {
      check(folder);
    } finally {
      chmodSync(folder, 0o700);
      rmSync(folder, { recursive: true });
    }
  };
}

function assertRefused(action: () => unknown, message: RegExp): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof InputError, String(error));
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
}

test(
  "writes a file and leaves nothing else",
  inFolder((folder) => {
    writeFileAtomic(join(folder, "a"), bytes("one"), "refuse");
    writeFileAtomic(join(folder, "a"), bytes("two"), "replace");
    assert.equal(readText(join(folder, "a")), "two");
    assert.deepEqual(readdirSync(folder), ["a"]);
  }),
);

test(
  "refuses to replace a file unless told, and writes none of the others",
  inFolder((folder) => {
    writeFileSync(join(folder, "b"), "old");
    const files = new Map(["a", "b"].map((name) => [join(folder, name), bytes("new")]));
    assertRefused(() => writeTogether(files, "refuse"), /b is already there; .*--force/);
    assert.deepEqual(readdirSync(folder), ["b"]);
    writeTogether(files, "replace");
    assert.equal(readFileSync(join(folder, "b"), "utf8"), "new");
  }),
);

test(
  "makes folders, and names what stands in the way",
  inFolder((folder) => {
    writeFileAtomic(join(folder, "x/y/a"), bytes("one"), "refuse");
    assertRefused(() => writeFileAtomic(join(folder, "x/y"), bytes("one"), "replace"), /this is a folder/);
    assertRefused(() => writeFileAtomic(join(folder, "x/y/a/b"), bytes("one"), "refuse"), /not a folder/);
    assertRefused(() => ensureFolder(join(folder, "x/y/a")), /already there|not a folder/);
    assertRefused(() => writeFileAtomic(join(folder, "n".repeat(300)), bytes("one"), "refuse"), /too long/);
    assertRefused(() => writeFileAtomic(join(folder, "\0"), bytes("one"), "refuse"), /cannot write/);
    assert.deepEqual(readdirSync(folder), ["x"]);
    assert.deepEqual(readdirSync(join(folder, "x/y")), ["a"]);
  }),
);

test(
  "if the last of several files fails, none appears",
  inFolder((folder) => {
    writeFileSync(join(folder, "wall"), "");
    const files = new Map(["a", "b", "wall/c"].map((name) => [join(folder, name), bytes("x")]));
    assertRefused(() => writeTogether(files, "replace"), /not a folder/);
    assertRefused(
      () => writeTogether(new Map([...files, [join(folder, "n".repeat(300)), bytes("x")]]), "replace"),
      /./,
    );
    assert.deepEqual(readdirSync(folder), ["wall"]);
  }),
);

test(
  "checking the outputs beforehand leaves no trace",
  inFolder((folder) => {
    checkOutputs(join(folder, "x/y"), ["image.png"], "refuse");
    assert.deepEqual(readdirSync(folder), []);
    mkdirSync(join(folder, "x"));
    writeFileSync(join(folder, "x/image.png"), "");
    checkOutputs(join(folder, "x"), ["image.png"], "replace");
    assertRefused(() => checkOutputs(join(folder, "x"), ["image.png"], "refuse"), /already there/);
    assertRefused(() => checkOutputs(join(folder, "x/image.png"), [], "refuse"), /not a folder/);
    assertRefused(() => checkOutputs(join(folder, "x/image.png/y"), ["a"], "refuse"), /not a folder/);
    assertRefused(() => checkOutputs("/proc/pellucid", ["a"], "refuse"), /^cannot write \/proc\/pellucid/);
  }),
);

test(
  "a folder without permission is refused before the work and at the writing",
  { skip: process.getuid?.() === 0 && "the superuser may write anywhere" },
  inFolder((folder) => {
    chmodSync(folder, 0o500);
    assertRefused(() => checkOutputs(folder, ["a"], "refuse"), /permission denied/);
    assertRefused(() => writeFileAtomic(join(folder, "a"), bytes("x"), "refuse"), /permission denied/);
  }),
);

test(
  "reading names what is wrong",
  inFolder((folder) => {
    const path = join(folder, "a");
    assertRefused(() => readBytes(path), /cannot read .*a: there is no such file/);
    assertRefused(() => readBytes(folder), /this is a folder/);
    assertRefused(() => readBytes("/dev/zero"), /no plain file/);
    writeFileSync(path, Uint8Array.of(0xff));
    assertRefused(() => readText(path), /UTF-8/);
    assert.deepEqual(readBytes(path), Uint8Array.of(0xff));
    const refuse = () => {
      throw new InputError("too short");
    };
    assertRefused(() => parseFile(path, refuse), /a: too short$/);
    assert.equal(
      parseFile(path, (content) => content.length),
      1,
    );
  }),
);

test("every failure of a disk has its cure", () => {
  for (const [code, cure] of [
    ["ENOSPC", /disk is full; free/],
    ["EROFS", /read-only; choose/],
    ["EACCES", /permission denied; change/],
    ["EWEIRD", /EWEIRD/],
  ] as const) {
    const error = fileError("write", "out/a", Object.assign(new Error("?"), { code }));
    assert.ok(error instanceof InputError);
    assert.match(error.message, cure);
  }
  const bug = new TypeError("a bug is no failure of the disk");
  assert.equal(fileError("write", "out/a", bug), bug);
});

test("a full disk leaves nothing", {
  skip: !existsSync("/dev/full") && "this system has no /dev/full",
}, () => {
  // a device can be opened in place of a file only by its own path, so the write is tried there
  assertRefused(() => {
    try {
      writeFileSync("/dev/full", "x");
    } catch (error) {
      throw fileError("write", "/dev/full", error);
    }
  }, /disk is full/);
});
