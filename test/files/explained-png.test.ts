import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { InputError } from "../../src/errors.js";
import {
  explainedPng,
  generationParameters,
  parametersPng,
  readExplanation,
} from "../../src/files/explained-png.js";
import { explanationFigure, rasterise } from "../../src/files/figure.js";
import { PARAMETERS_KEYWORD, parseParameters } from "../../src/files/parameters.js";
import { decodePng, encodePng } from "../../src/files/png.js";
import { splitChunks } from "../../src/files/png-chunks.js";
import { readText, withText } from "../../src/files/png-text.js";
import { EIGHT, explained, TWENTY } from "../figure/documents.js";

const PNG = await encodePng({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) });

test("an explanation comes out of a PNG file as it went in, and the picture with it", async () => {
  for (const prompt of ["", "ein süßer Bär 🐧", TWENTY]) {
    const { document } = explained(prompt);
    const png = explainedPng(PNG, document);
    assert.deepEqual(readExplanation(png), document);
    assert.deepEqual(await decodePng(png), await decodePng(PNG));
  }
});

test("so does that of any prompt that PNG can hold", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const document = { ...explained("a cat").document, prompt: text };
      assert.deepEqual(readExplanation(explainedPng(PNG, document)), document);
    }),
    { numRuns: 50 },
  );
});

test("long documents are stored as compressed international text", () => {
  const { document } = explained(TWENTY);
  const chunk = splitChunks(explainedPng(PNG, document)).find(({ type }) => type === "iTXt");
  assert.ok(chunk !== undefined && chunk.data[12] === 1);
  assert.ok(chunk.data.length < JSON.stringify(document).length / 2);
});

test("the parameters name everything that makes the picture again", () => {
  const { document } = explained(EIGHT);
  const text = readText(explainedPng(PNG, document)).get(PARAMETERS_KEYWORD);
  assert.equal(
    text,
    `${EIGHT}\nSteps: 25, Sampler: DDIM, CFG scale: 1.5, Seed: 42, Size: 3x2, Model hash: 0a1b2c3d4e, Model: "emoji, v1", ` +
      "Eta: 0, Spacing: trailing, Last step: one, Version: pellucid 0.1.0",
  );
  assert.deepEqual(parseParameters(text), generationParameters(document));
  assert.equal(readText(parametersPng(PNG, document)).get(PARAMETERS_KEYWORD), text);
});

test("a PNG file without an explanation, or with another text there, is an InputError", () => {
  assert.throws(() => readExplanation(PNG), /no explanation/);
  for (const explanation of ["not JSON", "{}", '{"format":"pellucid-explanation","version":99}'])
    assert.throws(() => readExplanation(withText(PNG, { explanation })), InputError);
});

test("the figure is a PNG whose panels keep their exact colours", async () => {
  const { document, panels } = explained(EIGHT);
  const { width, height, data } = await decodePng(await explanationFigure(document, panels));
  assert.equal(width, 900);
  const white = [255, 255, 255, 255];
  assert.deepEqual([...data.subarray(0, 4)], white);
  assert.deepEqual([...data.subarray(4 * (width * height - 1))], white);
  const rgb = Uint8Array.of(250, 3, 77, 12, 200, 9);
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="3"/>';
  const panel = { raster: { width: 2, height: 1, rgb }, x: 1, y: 1, scale: 2 };
  const picture = await decodePng(await rasterise({ width: 7, height: 3, svg, panels: [panel] }));
  const row = [...picture.data.subarray(4 * 7, 8 * 7)];
  const [a, b] = [
    [250, 3, 77, 255],
    [12, 200, 9, 255],
  ];
  assert.deepEqual(row, [...white, ...a, ...a, ...b, ...b, ...white, ...white]);
});
