import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { barStyle, type ChartStyle, wordChart } from "../../src/figure/chart.js";
import { formatShare } from "../../src/figure/format.js";
import { columnsOf, fitColumns, printable } from "../../src/figure/terminal.js";
import { EIGHT, explained } from "./documents.js";

const ESCAPE = "\u001b";
const ASCII: ChartStyle = { bars: "ascii", colour: "none" };
const BLOCKS: ChartStyle = { bars: "blocks", colour: "none" };

test("one line a word, in the order of the prompt, with its share", () => {
  const { document } = explained(EIGHT, ["unconditional"]);
  const lines = wordChart(document, 80, ASCII).split("\n");
  document.words.forEach(({ text, relevance }, i) => {
    assert.ok(lines[i]?.startsWith(text));
    assert.ok(lines[i]?.endsWith(` ${formatShare(relevance.content)}`));
  });
  assert.match(
    lines[8] ?? "",
    /^parts: prompt .* %, noise .* %, time .* %, mean \(mu\) .* %, guidance .* %$/,
  );
  assert.match(lines[9] ?? "", /^sum of parts = picture: max difference \d(\.\d)?(e-\d+)?$/);
  assert.deepEqual(lines.slice(10), [""]);
});

test("bars are as long as their shares, the largest the longest", () => {
  const { document } = explained(EIGHT);
  const shares = document.words.map(({ relevance }) => relevance.content);
  for (const [style, unit] of [
    [ASCII, 1],
    [BLOCKS, 8],
  ] as const) {
    const lines = wordChart(document, 80, style).split("\n").slice(0, 8);
    const lengths = lines.map((line) => [...line].reduce((sum, c) => sum + eighths(c), 0) / 8);
    const longest = Math.max(...lengths);
    assert.equal(longest, 40);
    lengths.forEach((length, i) => {
      const wanted = (40 * shares[i]!) / Math.max(...shares);
      assert.ok(Math.abs(length - wanted) <= 0.5 / unit + 1e-9);
    });
  }
});

/** Eighths of a column that a character of a bar fills. */
function eighths(character: string): number {
  return character === "#" ? 8 : "▏▎▍▌▋▊▉█".indexOf(character) + 1;
}

test("an ignored word is marked in text, and in red if colour is wanted", () => {
  const { document } = explained("a shark on red");
  assert.match(wordChart(document, 80, ASCII), /^shark .* % {2}! may be missing$/m);
  assert.match(wordChart(document, 40, ASCII), /^shark .* % {2}!$/m);
  assert.match(
    wordChart(document, 80, { ...ASCII, colour: "red" }),
    new RegExp(`^${ESCAPE}\\[31mshark .*missing${ESCAPE}\\[0m$`, "m"),
  );
  assert.ok(!wordChart(document, 80, ASCII).includes(ESCAPE));
  const wrong = wordChart({ ...document, residual: 0.01 }, 80, ASCII);
  assert.match(wrong, /^! sum of parts is not the picture: max difference 0\.01$/m);
});

test("no bar's line is wider than the terminal, whatever the words", () => {
  const words = fc.array(
    fc.string({ unit: "grapheme", minLength: 1 }).map((text) => text.replace(/\s/gu, "x")),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(words, fc.integer({ min: 40, max: 120 }), (texts, width) => {
      const { document } = explained(`a ${texts.join(" ")} shark`);
      const lines = wordChart(document, width, BLOCKS).split("\n").slice(0, document.words.length);
      for (const line of lines) assert.ok(columnsOf(line) <= width, `${columnsOf(line)} > ${width}: ${line}`);
    }),
  );
});

test("control characters of a prompt never reach the terminal", () => {
  assert.equal(printable("a\u001b[2Jb\u0007\u009b"), "a[2Jb");
});

test("wide characters take two columns, accents none", () => {
  assert.deepEqual(
    ["abc", "猫", "🐧", "e\u0301", "ﾊ", "한", "❤\ufe0f", ""].map(columnsOf),
    [3, 2, 2, 1, 1, 2, 2, 0],
  );
  assert.equal(fitColumns("猫猫猫", 4, "~"), "猫~ ");
  assert.equal(fitColumns("ab", 4, "~"), "ab  ");
});

test("block characters need a UTF-8 locale", () => {
  assert.equal(barStyle({ LANG: "en_GB.UTF-8" }), "blocks");
  assert.equal(barStyle({ LANG: "en_GB.UTF-8", LC_ALL: "C" }), "ascii");
  assert.equal(barStyle({ LC_CTYPE: "C.utf8" }), "blocks");
  assert.equal(barStyle({}), "ascii");
  assert.equal(barStyle({ WT_SESSION: "1" }), "blocks");
});
