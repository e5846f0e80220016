import assert from "node:assert/strict";
import { test } from "node:test";
import { sheetDrawing } from "../../src/figure/sheet.js";
import { FONT, textsOf } from "./documents.js";

const raster = { width: 4, height: 3, rgb: new Uint8Array(36) };

test("entries fill rows from the left, each with its caption", () => {
  const entries = ["one", "two", "three"].map((caption) => ({ rasters: [raster, raster], caption }));
  const { panels, svg, width, height } = sheetDrawing(entries, { columns: 2, scale: 10 }, FONT);
  assert.deepEqual(textsOf(svg), ["one", "two", "three"]);
  assert.equal(panels.length, 6);
  assert.deepEqual(
    panels.filter((_, i) => i % 2 === 0).map(({ x, y }) => [x > 16, y > 16]),
    [
      [false, false],
      [true, false],
      [false, true],
    ],
  );
  for (const { x, y } of panels) assert.ok(x + 40 <= width && y + 30 <= height);
});

test("no entries make an empty sheet", () => {
  const { panels, width, height } = sheetDrawing([], { columns: 5, scale: 2 }, FONT);
  assert.deepEqual(panels, []);
  assert.ok(width > 0 && height > 0);
});
