import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type ByteSource, sourceOfBlob, sourceOfBytes } from "../../src/byte-source.js";
import { InputError } from "../../src/errors.js";
import { crc32 } from "../../src/pytorch/crc32.js";
import { openZip, readEntry } from "../../src/pytorch/zip.js";
import { type End, joined, type Part, zipOf } from "./archive.js";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const one: Part = { name: "a/data.pkl", bytes: utf8("first") };
const two: Part = { name: "a/data/0", bytes: utf8("second one") };

/** Every entry's content by name. */
async function contents(source: ByteSource): Promise<Record<string, string>> {
  const entries = await openZip(source);
  const read = [...entries].map(async ([name, entry]) => {
    return [name, new TextDecoder().decode(await readEntry(source, entry))] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

test("the CRC-32 of the standard's check text", () => {
  assert.equal(crc32(utf8("123456789")), 0xcbf43926);
  assert.equal(crc32(new Uint8Array(0)), 0);
});

test("entries are read from bytes and from a Blob", async () => {
  const bytes = zipOf([one, two]);
  const expected = { "a/data.pkl": "first", "a/data/0": "second one" };
  assert.deepEqual(await contents(sourceOfBytes(bytes)), expected);
  assert.deepEqual(await contents(sourceOfBlob(new Blob([Uint8Array.from(bytes)]))), expected);
});

test("a part of an entry is read alone", async () => {
  const bytes = zipOf([one, two]);
  const asked: number[] = [];
  const source: ByteSource = {
    size: bytes.length,
    read: async (begin, end) => {
      asked.push(end - begin);
      return bytes.subarray(begin, end);
    },
  };
  const entry = (await openZip(source)).get("a/data/0")!;
  asked.length = 0;
  assert.equal(new TextDecoder().decode(await readEntry(source, entry, 7, 10)), "one");
  assert.deepEqual(asked, [30, 8, 3]); // the entry's header, its name, the part
});

test("a CRC-32 of 0 is one that was left out", async () => {
  assert.deepEqual(await contents(sourceOfBytes(zipOf([{ ...one, crc: 0 }]))), { "a/data.pkl": "first" });
});

describe("refuses", () => {
  const cases: Readonly<Record<string, readonly [readonly Part[], RegExp, End?]>> = {
    "a compressed entry": [
      [{ ...one, method: 8 }],
      /"a\/data\.pkl" must be stored as it is; it is compressed/,
    ],
    "two sizes that differ": [[{ ...one, stored: 4 }], /it is compressed/],
    "an encrypted entry": [[{ ...one, flags: 1 }], /is encrypted/],
    "a size beyond the next entry": [
      [{ ...one, size: 100 }, two],
      /of 100 bytes at byte 0 must end before byte/,
    ],
    "a size beyond the file": [[one, { ...two, size: 2 ** 31 }], /must end before byte/],
    "two entries at one place": [[one, { ...two, begin: 0 }], /must end before byte 0/],
    "a place beyond the file": [[{ ...one, begin: 2 ** 30 }], /must end before byte/],
    "64-bit sizes that are not there": [[{ ...one, size: 0xffffffff }], /lacks its 64-bit sizes/],
    "an entry that occurs twice": [[one, one], /must occur once/],
    "another name in the entry's own header": [
      [{ ...one, localName: "a/data.pkX" }],
      /must have the same name.*data\.pkX/,
    ],
    "a wrong CRC-32": [[{ ...one, crc: 7 }], /is damaged: its CRC-32 is wrong/],
    "a name that leads up": [[{ ...one, name: "a/../../etc/passwd" }], /must have plain relative names/],
    "a name from the root": [[{ ...one, name: "/etc/passwd" }], /plain relative names/],
    "a name with a backslash": [[{ ...one, name: "a\\..\\b" }], /plain relative names/],
    "a name with a zero": [[{ ...one, name: "a/data.pkl\0.txt" }], /plain relative names/],
    "a directory of more entries": [[one, two], /must have 3 entries; got 2/, { entries: 3 }],
    "a directory of more entries than can be": [[one], /at most 100000 zip entries/, { entries: 65000 * 2 }],
    "a directory elsewhere": [[one], /must end where its end record begins/, { begin: 3 }],
    "a directory of another length": [[one], /must end where its end record begins/, { bytes: 3 }],
  };
  for (const [name, [parts, message, end]] of Object.entries(cases)) {
    test(name, async () => {
      await assert.rejects(contents(sourceOfBytes(zipOf(parts, end))), (error) => {
        assert.ok(error instanceof InputError, String(error));
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test("every file that is cut off", async () => {
    const whole = zipOf([one, two]);
    for (let length = 0; length < whole.length; length++) {
      await assert.rejects(contents(sourceOfBytes(whole.subarray(0, length))), InputError);
    }
  });

  test("bytes behind the end, which could be a second directory's", async () => {
    await assert.rejects(
      contents(sourceOfBytes(joined(zipOf([one]), utf8("x")))),
      /must end with the end record/,
    );
  });
});

test("a source gives what it has and no more", async () => {
  for (const source of [
    sourceOfBytes(Uint8Array.of(1, 2, 3)),
    sourceOfBlob(new Blob([Uint8Array.of(1, 2, 3)])),
  ]) {
    assert.deepEqual([...(await source.read(1, 3))], [2, 3]);
    for (const [begin, end] of [
      [0, 4],
      [-1, 2],
      [2, 1],
      [0.5, 2],
      [Number.NaN, 1],
    ] as const) {
      await assert.rejects(source.read(begin, end), InputError);
    }
  }
});
