import assert from "node:assert/strict";
import { test } from "node:test";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { InputError } from "../../src/errors.js";
import { readSafetensors } from "../../src/safetensors/read.js";
import { DTYPE_BYTES } from "../../src/safetensors/types.js";
import { writeSafetensors } from "../../src/safetensors/write.js";
import { fileOf, partsOf, VALID } from "./file.js";

const MUTATIONS = 10_000;

/** Pieces of JSON that have broken parsers before. */
const PIECES = [
  ...'{}[],:"\\ 0-.e\n\u0000',
  ...[
    "-1",
    "1e999",
    "0.5",
    "9007199254740993",
    "18446744073709551616",
    "4294967296,4294967296",
    "null",
    "true",
  ],
  ...[
    '"F64"',
    '"BOOL"',
    '"f32"',
    '"__proto__":',
    '"__metadata__":{},',
    '"shape":[],',
    '"bias":{},',
    "[[[[[[[[[",
  ],
];

type Random = (below: number) => number;
type Mutation = (file: Uint8Array, random: Random) => Uint8Array;

const flipBytes: Mutation = (file, random) => {
  const mutant = file.slice();
  for (let n = 1 + random(3); n > 0; n--) {
    const at = random(mutant.length);
    mutant[at] = mutant[at]! ^ (1 << random(8));
  }
  return mutant;
};

const truncate: Mutation = (file, random) => file.slice(0, random(file.length));

const extend: Mutation = (file, random) => Uint8Array.of(...file, ...new Uint8Array(1 + random(16)));

const editLength: Mutation = (file, random) => {
  const { header, data } = partsOf(file);
  const near = BigInt(header.length - 20 + random(40));
  return fileOf(
    header,
    data,
    [near, 1n << BigInt(random(64)), 2n ** 64n - 1n - BigInt(random(9))][random(3)],
  );
};

/** Replaces up to three characters of the header with a piece of JSON; the header's length is put right. */
const editHeader: Mutation = (file, random) => {
  const { header, data } = partsOf(file);
  const at = random(header.length);
  const piece = PIECES[random(PIECES.length)]!;
  return fileOf(header.slice(0, at) + piece + header.slice(at + random(4)), data);
};

/** Replaces a number of the header, so that the JSON stays valid and only its meaning is wrong. */
const editNumber: Mutation = (file, random) => {
  const { header, data } = partsOf(file);
  const numbers = [...header.matchAll(/(?<=[[,])\d+/g)];
  const { index, 0: old } = numbers[random(numbers.length)]!;
  const value = [String(random(64)), `-${old}`, `${old}.0`, `${old}.5`, `${old}e300`, `${old}0000000000`][
    random(6)
  ]!;
  return fileOf(header.slice(0, index) + value + header.slice(index + old.length), data);
};

/** Swaps two stretches of the header, such as two names or two offsets. */
const swapHeader: Mutation = (file, random) => {
  const { header, data } = partsOf(file);
  const words = header.split(/(?<=[,:{}[\]])/);
  const [a, b] = [random(words.length), random(words.length)];
  [words[a], words[b]] = [words[b]!, words[a]!];
  return fileOf(words.join(""), data);
};

const MUTATE = [flipBytes, truncate, extend, editLength, editHeader, editNumber, swapHeader];

test(`${MUTATIONS} mutations of a valid file: a right reading or an InputError`, () => {
  const generator = xoroshiro128plus(2021);
  const random: Random = (below) => uniformInt(generator, 0, below - 1);
  let accepted = 0;
  for (let n = 0; n < MUTATIONS; n++) {
    const mutant = MUTATE[n % MUTATE.length]!(VALID, random);
    try {
      checkReading(mutant);
      accepted++;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      assert.doesNotMatch(error.message, /\n/);
      assert.ok(error.message.length < 400, error.message);
    }
  }
  // both outcomes must occur often, or the test would show nothing
  assert.ok(accepted > MUTATIONS / 100 && accepted < MUTATIONS / 2, `${accepted} accepted`);
});

/** Holds a reading against the file by other means: plain JSON.parse and the sizes' product. */
function checkReading(file: Uint8Array): void {
  const { metadata, tensors } = readSafetensors(file);
  const { header, data } = partsOf(file);
  const { __metadata__: notes = {}, ...entries } = JSON.parse(header);
  assert.deepEqual(metadata, notes);
  assert.deepEqual(new Set(tensors.keys()), new Set(Object.keys(entries)));
  let total = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    assert.equal(dtype, entries[name].dtype);
    assert.deepEqual(shape, entries[name].shape);
    assert.deepEqual(bytes, data.subarray(...entries[name].data_offsets));
    assert.equal(
      bytes.length,
      shape.reduce((a, b) => a * b, DTYPE_BYTES[dtype]),
    );
    total += bytes.length;
  }
  assert.equal(total, data.length);
  assert.deepEqual(readSafetensors(writeSafetensors(tensors, metadata)).tensors.size, tensors.size);
}
