import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { packTar } from "modern-tar";
import { indexTar, wholeTar } from "../../src/dataset/tar-index.js";
import { samplesOf } from "../../src/dataset/webdataset.js";
import { InputError } from "../../src/errors.js";
import { newFolder, put } from "./laion-files.js";

const folder = newFolder();

/** An archive with these files, each full of its own number. */
async function archive(...files: readonly (readonly [name: string, size: number])[]): Promise<Uint8Array> {
  return packTar(
    files.map(([name, size], i) => ({ header: { name, size }, body: new Uint8Array(size).fill(i + 1) })),
  );
}

describe("the files of an archive", () => {
  test("are found with their bytes, whatever their names and sizes", async () => {
    const name = fc.stringMatching(/^[a-zé]{1,120}(\/[a-z]{1,90}){0,2}$/);
    const files = fc.array(fc.tuple(name, fc.integer({ min: 0, max: 70_000 })), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(files, async (made) => {
        const bytes = await archive(...made);
        const found = wholeTar(put(folder, "any.tar", bytes));
        assert.deepEqual(
          found.map(({ name, size }) => [name, size]),
          made,
        );
        for (const [i, { begin, size }] of found.entries()) {
          assert.deepEqual(bytes.slice(begin, begin + size), new Uint8Array(size).fill(i + 1));
        }
      }),
      { numRuns: 30 },
    );
  });

  test("are listed up to where it is cut off, with the place", async () => {
    const bytes = await archive(["a.txt", 600], ["b.txt", 600]);
    const path = put(folder, "cut.tar", bytes.subarray(0, 2100));
    const { files, damage } = indexTar(path);
    assert.deepEqual(
      files.map(({ name }) => name),
      ["a.txt"],
    );
    assert.match(damage ?? "", /^byte 1536 must be followed by a whole file; .*copy it again$/);
    assert.throws(() => wholeTar(path), InputError);
  });

  test("of damaged bytes never lie outside the archive", async () => {
    const bytes = await archive(["a.png", 10], ["a.txt", 10], ["é".repeat(90), 700]);
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changes, (changed) => {
        const damaged = bytes.slice();
        for (const [at, value] of changed) damaged[at] = value;
        const { files } = indexTar(put(folder, "damaged.tar", damaged));
        for (const { begin, size } of files) assert.ok(size >= 0 && begin + size <= bytes.length);
      }),
    );
  });

  test("of what is no archive are none", () => {
    assert.deepEqual(indexTar(put(folder, "empty.tar", "")), { files: [], damage: undefined });
    assert.match(
      indexTar(put(folder, "text.tar", "x".repeat(999))).damage ?? "",
      /^byte 0 must be the header/,
    );
  });
});

test("files of one name up to the first dot, side by side, are a sample", () => {
  const file = (name: string) => ({ name, begin: 0, size: 1 });
  const names = ["x/a.jpg", "x/a.txt", "x/a.json", "b.seg.png", "b.txt", "c.PNG", ".hidden", "README"];
  const samples = samplesOf(names.map(file)).map(({ key, image, text, json }) => [
    key,
    ...[image, text, json].map((part) => part?.name),
  ]);
  assert.deepEqual(samples, [
    ["x/a", "x/a.jpg", "x/a.txt", "x/a.json"],
    ["b", undefined, "b.txt", undefined],
    ["c", "c.PNG", undefined, undefined],
  ]);
});
