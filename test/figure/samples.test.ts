import assert from "node:assert/strict";
import { test } from "node:test";
import { samplesDrawing } from "../../src/figure/samples.js";
import { END_TEXT, START_TEXT } from "../../src/text/vocabulary.js";
import { explained, FONT, textsOf } from "./documents.js";

const { document, panels } = explained("a cat");
const panel = { title: "Sample", detail: "", picture: panels.picture };

test("samples stand one below the other, each with its panels, the last above its chart's end", () => {
  const shown = { explanation: document, panels: [panel, panel], marked: new Set<number>() };
  const drawing = samplesDrawing([shown, shown], FONT);
  const [first, second, third] = drawing.panels;
  assert.equal(drawing.panels.length, 4);
  assert.ok(first!.y === second!.y && first!.x < second!.x && third!.y > first!.y && third!.x === first!.x);
  for (const { x, y, scale, raster } of drawing.panels)
    assert.ok(x + raster.width * scale <= drawing.width && y + raster.height * scale <= drawing.height);
});

test("what is not a picture says why", () => {
  const shown = {
    explanation: document,
    panels: [{ ...panel, picture: "undefined" }],
    marked: new Set<number>(),
  };
  const drawing = samplesDrawing([shown], FONT);
  assert.equal(drawing.panels.length, 0);
  assert.ok(textsOf(drawing.svg).includes("undefined"));
});

test("marks of a layout have the paper's names, which a word that spells the same has not", () => {
  const [token] = document.tokens;
  const mark = (text: string) => ({ ...token!, text, word: null });
  const tokens = [
    mark(START_TEXT),
    token!,
    mark(END_TEXT),
    mark("<|padding|>"),
    { ...token!, text: END_TEXT },
  ];
  const shown = { explanation: { ...document, tokens }, panels: [], marked: new Set([0]) };
  const texts = textsOf(samplesDrawing([shown], FONT).svg);
  const names = texts.filter((text) => /^(a|\[.*\])$/.test(text));
  assert.deepEqual(names, ["[SOS]", "a", "[EOS]", "[REST]"]);
});
