import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError, UsageError } from "../../src/errors.js";
import { loadWordTable } from "../../src/files/assets.js";
import { encode } from "../../src/text/bpe.js";
import { randomUnitVector } from "../../src/text/random-vector.js";
import { idsInUse, learntRows, type TokenVectors, tokenVectors } from "../../src/text/vectors.js";
import { quantiseWordTable, readWordTable, type WordVectors } from "../../src/text/word-table.js";
import { assertAllclose } from "../allclose.js";
import { vocabulary } from "./vocabulary.js";

const table = loadWordTable();
const meaning: TokenVectors = { kind: "meaning", width: 128, seed: 3, table };
const random: TokenVectors = { kind: "random", width: 128, seed: 3 };

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: Float32Array) => Math.sqrt(dot(a, a));
const cosine = (a: Float32Array, b: Float32Array) => dot(a, b) / (norm(a) * norm(b));
const rowsOf = (source: TokenVectors, prompt: string) => tokenVectors(source, encode(vocabulary, prompt));

test("the meaning part is 0.7 times the word's unit vector, the rest 0.7 times the token's random one", () => {
  const row = rowsOf(meaning, "penguin"); // [1, 128]
  assertAllclose(
    row.subarray(0, 100),
    table.vectorOf("penguin")!.map((x) => 0.7 * x),
  );
  assertAllclose(
    row.subarray(100),
    randomUnitVector(3, 14952, 28).map((x) => 0.7 * x),
  );
  assertAllclose([norm(row)], [0.7 * Math.SQRT2]);
});

test("a word that the table does not have keeps its random part alone", () => {
  const row = rowsOf(meaning, "!");
  assert.ok(row.subarray(0, 100).every((x) => x === 0));
  assertAllclose([norm(row)], [0.7]);
});

test("all tokens of a word share its meaning but not the random part", () => {
  const rows = rowsOf(meaning, "flamingos"); // [2, 128]
  assert.equal(rows.length, 2 * 128);
  assert.deepEqual(rows.subarray(0, 100), rows.subarray(128, 228));
  assert.ok(Math.abs(cosine(rows.subarray(100, 128), rows.subarray(228))) < 0.9);
});

test("a random vector has length 1 and depends on token and seed alone", () => {
  const alone = rowsOf(random, "cat");
  assertAllclose([norm(alone)], [1]);
  assert.deepEqual(rowsOf(random, "a CAT").subarray(128), alone);
  assert.notDeepEqual(rowsOf({ ...random, seed: 4 }, "cat"), alone);
});

test("random vectors are the same on every machine: values computed in Python", () => {
  assert.deepEqual(
    [...randomUnitVector(0, 320, 4)],
    [0.19059385359287262, 0.17893078923225403, 0.8964025378227234, 0.3579389154911041],
  );
});

test("random vectors are spread as independent ones: mean cosine 0, variance 1/width", () => {
  const count = 300;
  const width = 28;
  const vectors = Array.from({ length: count }, (_, id) => randomUnitVector(1, id, width));
  const cosines = vectors.flatMap((a, i) => vectors.slice(0, i).map((b) => dot(a, b)));
  const mean = cosines.reduce((sum, x) => sum + x, 0) / cosines.length;
  const variance = cosines.reduce((sum, x) => sum + x * x, 0) / cosines.length;
  assert.ok(Math.abs(mean) < 0.004, `mean ${mean}`);
  assert.ok(Math.abs(variance * width - 1) < 0.05, `variance ${variance}`);
});

test("an empty prompt has no vectors", () => {
  assert.equal(rowsOf(meaning, "").length, 0);
});

test("a width without room for the random part is a UsageError", () => {
  for (const width of [0, 100, 128.5, Number.NaN]) {
    assert.throws(() => rowsOf({ ...meaning, width }, "cat"), {
      name: UsageError.name,
      message: /above 100/,
    });
  }
  assert.throws(() => rowsOf({ ...random, width: 0 }, "cat"), UsageError);
});

test("the shipped table brings kin together, and random parts tell colours apart", () => {
  const alike = (source: TokenVectors, a: string, b: string) => cosine(rowsOf(source, a), rowsOf(source, b));
  assert.equal(table.words.length, 8000);
  assert.ok(alike(meaning, "shark", "cat") > alike(meaning, "shark", "background"));
  const words = ["red", "blue"].map((word) => table.vectorOf(word)!);
  assert.ok(alike(meaning, "red", "blue") < 0.6 * cosine(words[0]!, words[1]!));
});

test("the shipped table has the words of the captions", () => {
  const words =
    "banana cat goat flamingo penguin bananas cats goats flamingos penguins shark dog pizza cupcake strawberry muffin " +
    "top hat cap crown straw red orange yellow green blue purple pink brown black white gray one two three four five " +
    "small big left right grass snow night beach striped plain background drawing cartoon render wearing of the on";
  assert.deepEqual(
    words.split(" ").filter((word) => table.vectorOf(word) === undefined),
    [],
  );
});

test("a learnt table has a row for every id in use and none for others", () => {
  const ids = idsInUse([encode(vocabulary, "a cat"), encode(vocabulary, "a goat")]);
  assert.deepEqual(ids, [320, 2368, 9530]);
  assert.deepEqual([...learntRows(ids, encode(vocabulary, "goat shark cat"))], [2, -1, 1]);
});

test("a table survives being written, to a byte a number", () => {
  const vectors = new Map([
    ["x", Float32Array.of(0.6, -0.8)],
    ["é", Float32Array.of(0, 1)],
  ]);
  const again = readWordTable(quantiseWordTable({ width: 2, vectors }));
  assert.deepEqual(again.words, ["x", "é"]);
  for (const [word, vector] of vectors) {
    const read = again.vectorOf(word)!;
    assertAllclose(read, vector, 1 / 127);
    assertAllclose([norm(read)], [1]);
  }
});

test("a table whose words and vectors don't fit is an InputError", () => {
  const good = quantiseWordTable({
    width: 2,
    vectors: new Map([["x", Float32Array.of(1, 0)]]),
  } satisfies WordVectors);
  const view = good.tensors.get("vectors")!;
  const bad = [
    { ...good, metadata: {} },
    { ...good, metadata: { words: "x y" } },
    { ...good, tensors: new Map() },
    { ...good, tensors: new Map([["vectors", { ...view, dtype: "U8" as const }]]) },
    { ...good, tensors: new Map([["vectors", { ...view, shape: [2] }]]) },
  ];
  for (const tensors of bad) assert.throws(() => readWordTable(tensors), InputError);
});
