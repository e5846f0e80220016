import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { InputError } from "../../src/errors.js";
import { parseFont } from "../../src/figure/font.js";
import { charactersOf, drawText, shorten, textWidth, wrap } from "../../src/figure/text.js";
import { BODY, TITLE } from "../../src/figure/theme.js";
import { FONT } from "./documents.js";

const anyText = fc.string({ unit: "grapheme", maxLength: 40 });
const width = (text: string) => textWidth(FONT, text, BODY);

test("the font has the letters of Latin, Greek and Cyrillic in both weights", () => {
  for (const outlines of Object.values(FONT.weights))
    for (const letter of "azAZ09.,!?%()äößéÅœřŁőžΑωάЯжёЇ“”–…·×€")
      assert.ok(outlines.has(letter), `no glyph for ${letter}`);
});

test("a line is as wide as its characters together, and grows with its size", () => {
  assert.ok(Math.abs(width("penguin") - [..."penguin"].reduce((sum, c) => sum + width(c), 0)) < 1e-9);
  assert.ok(Math.abs(textWidth(FONT, "a", { ...BODY, size: 2 * BODY.size }) - 2 * width("a")) < 1e-9);
  assert.equal(width(""), 0);
  assert.ok(width("WWW") > width("iii"));
});

test("a letter and its accent are one glyph, whichever way they are written", () => {
  assert.equal(
    drawText(FONT, "e\u0301", BODY, { x: 0, y: 0 }),
    drawText(FONT, "é", BODY, { x: 0, y: 0 }).replace("é", "e\u0301"),
  );
});

test("what the font lacks is one box a character", () => {
  assert.equal(width("猫"), 0.62 * BODY.size);
  assert.equal(width("👩‍👩‍👧"), width("猫"));
  assert.equal(width("\u200b\u0007"), 0);
});

test("any text is drawn as one path of finite numbers", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.string({ unit: "binary", maxLength: 40 })), (text) => {
      const svg = drawText(FONT, text, BODY, { x: 3, y: 5, anchor: "end" });
      assert.match(
        svg,
        /^<path role="img" aria-label="[^"<]*" fill="#[0-9a-f]{6}" transform="translate\(-?[\d.]+ 5\) scale\(0\.013\)" d="[MmLlHhVvQqCcZz\d .-]*"\/>$/,
      );
    }),
  );
});

test("a shortened text fits and begins like the text", () => {
  fc.assert(
    fc.property(anyText, fc.double({ min: 20, max: 200, noNaN: true }), (text, room) => {
      const short = shorten(FONT, text, BODY, room);
      assert.ok(width(short) <= room + 1e-9);
      if (short !== text)
        assert.ok(text.normalize("NFC").startsWith(short.slice(0, -1)) && short.endsWith("…"));
    }),
  );
  assert.equal(shorten(FONT, "penguin", BODY, 500), "penguin");
  assert.match(shorten(FONT, "Donaudampfschifffahrt", BODY, 80), /^Donau\w*…$/);
});

test("wrapped lines fit, and hold every word in order unless there are too many", () => {
  const prompt = "a penguin wearing a green hat on a red background in the snow at night";
  const lines = wrap(FONT, prompt, TITLE, 200, 9);
  assert.equal(lines.join(" "), prompt);
  for (const line of lines) assert.ok(textWidth(FONT, line, TITLE) <= 200);
  const few = wrap(FONT, prompt, TITLE, 200, 2);
  assert.equal(few.length, 2);
  assert.ok(few[1]?.endsWith("…"));
  assert.deepEqual(wrap(FONT, " \n ", TITLE, 200, 2), []);
});

test("characters are what a reader counts", () => {
  assert.deepEqual(charactersOf("e\u0301🐧👍🏽"), ["é", "🐧", "👍🏽"]);
});

test("a damaged font file is an InputError", () => {
  for (const json of [null, {}, { family: "Inter", unitsPerEm: 0 }])
    assert.throws(() => parseFont(json), InputError);
});
