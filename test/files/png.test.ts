import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import * as fc from "fast-check";
import sharp from "sharp";
import { InputError } from "../../src/errors.js";
import { formatParameters, PARAMETERS_KEYWORD, parseParameters } from "../../src/files/parameters.js";
import { decodePng, encodePng } from "../../src/files/png.js";
import { crc32, joinChunks, splitChunks } from "../../src/files/png-chunks.js";
import { readText, withText } from "../../src/files/png-text.js";

const RGB = {
  width: 2,
  height: 2,
  channels: 3,
  data: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7),
} as const;
const PNG = await encodePng(RGB);

/** What PNG can hold: Unicode without NUL and half surrogates. */
const pngText = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", ""));
const types = (png: Uint8Array) => splitChunks(png).map(({ type }) => type);

test("the check value of CRC-32", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

test("pixels survive, with and without alpha", async () => {
  const { data } = await decodePng(PNG);
  assert.deepEqual([...data], [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 9, 8, 7, 255]);
  const rgba = { width: 1, height: 2, channels: 4, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) } as const;
  assert.deepEqual(await decodePng(await encodePng(rgba)), rgba);
  assert.deepEqual(await encodePng(RGB), PNG);
});

test("refuses pixels that don't fill the picture", async () => {
  await assert.rejects(encodePng({ ...RGB, width: 3 }), /takes 18 bytes, at least one; got 12/);
  await assert.rejects(encodePng({ ...RGB, width: 0, data: new Uint8Array(0) }), InputError);
});

test("text survives, and the picture with it", async () => {
  const texts = { parameters: "a cat\nSteps: 4, Seed: 1", note: "ein Bär – 猫 🐧", accents: "Bär" };
  const png = withText(PNG, texts);
  assert.deepEqual(readText(png), new Map(Object.entries(texts)));
  assert.deepEqual(types(png), ["IHDR", "tEXt", "iTXt", "tEXt", ...types(PNG).slice(1)]);
  assert.deepEqual(await decodePng(png), await decodePng(PNG));
});

test("any text survives", () => {
  fc.assert(
    fc.property(pngText, (text) => {
      assert.equal(readText(withText(PNG, { parameters: text })).get("parameters"), text);
    }),
  );
});

test("a text replaces the one of the same keyword and leaves others", () => {
  const png = withText(withText(PNG, { a: "1", b: "2" }), { a: "ä–" });
  assert.deepEqual(
    readText(png),
    new Map([
      ["a", "ä–"],
      ["b", "2"],
    ]),
  );
});

test("another library reads the same text", async () => {
  const { comments } = await sharp(withText(PNG, { parameters: "a cat" })).metadata();
  assert.equal(comments?.find(({ keyword }) => keyword.endsWith("parameters"))?.text, "a cat");
});

test("reads compressed text, and refuses text that would fill the memory", () => {
  const latin = (text: string) => Buffer.from(text, "latin1");
  const [header, ...rest] = splitChunks(PNG);
  const read = (type: string, ...data: Uint8Array[]) =>
    readText(joinChunks([header!, { type, data: Buffer.concat(data) }, ...rest])).get("k");
  assert.equal(read("zTXt", latin("k\0\0"), deflateSync(latin("Bär"))), "Bär");
  assert.equal(read("iTXt", latin("k\0\x01\0de\0Wort\0"), deflateSync(Buffer.from("猫"))), "猫");
  assert.throws(() => read("zTXt", latin("k\0\0"), deflateSync(Buffer.alloc(2 ** 25))), /at most 16 MiB/);
  assert.throws(() => read("zTXt", latin("k\0\0"), latin("no zlib data")), InputError);
  assert.throws(() => read("iTXt", latin("k\0\0\0\0\0"), Buffer.of(0xff)), /UTF-8/);
  assert.throws(() => read("iTXt", latin("k\0\0\0")), InputError);
  assert.throws(() => read("tEXt", latin("no end")), InputError);
});

test("refuses keywords and texts that PNG can't hold", () => {
  for (const keyword of ["", " a", "a ", "a\0b", "ключ", "k".repeat(80)]) {
    assert.throws(() => withText(PNG, { [keyword]: "x" }), /1 to 79 printable/);
  }
  assert.throws(() => withText(PNG, { a: "\0" }), /NUL/);
  assert.throws(() => withText(PNG, { a: "\ud83d" }), InputError);
});

test("every truncation and every flipped byte of a PNG file is an InputError", () => {
  const png = withText(PNG, { parameters: "a cat", note: "猫" });
  for (let at = 0; at < png.length; at++) {
    assert.throws(() => readText(png.subarray(0, at)), InputError, `cut at ${at}`);
    const flipped = png.slice();
    flipped[at] = flipped[at]! ^ 0x10;
    assert.throws(() => readText(flipped), InputError, `flipped at ${at}`);
  }
});

test("a broken picture can't be decoded", async () => {
  await assert.rejects(decodePng(new TextEncoder().encode("GIF?")), InputError);
});

test("the account of how a picture was made survives the file", () => {
  const settings = new Map([
    ["Steps", "25"],
    ["Model", "emoji, v1"],
  ]);
  const parameters = { prompt: "a 🐧 with a hat, on red", settings };
  const png = withText(PNG, { [PARAMETERS_KEYWORD]: formatParameters(parameters) });
  assert.deepEqual(parseParameters(readText(png).get(PARAMETERS_KEYWORD) ?? ""), parameters);
});
