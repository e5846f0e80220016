import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../src/errors.js";
import { sharedScale } from "../../src/explain/maps.js";
import type { Panel } from "../../src/figure/block.js";
import { viridis } from "../../src/figure/colour.js";
import { explanationDrawing } from "../../src/figure/explanation.js";
import { formatError, formatShare } from "../../src/figure/format.js";
import { figureSize } from "../../src/figure/size.js";
import { EIGHT, type Explained, explained, FONT, TWENTY, textsOf } from "./documents.js";

const draw = ({ document, panels }: Explained) => explanationDrawing(document, panels, FONT);

/** The panels that are maps: behind the three pictures, or two, and the legend's ramp. */
function mapPanels(example: Explained): Panel[] {
  return draw(example).panels.slice(-example.document.words.length);
}

test("every word stands there with its share of the content and its Eq. 8 score", () => {
  for (const prompt of ["penguin", EIGHT, TWENTY]) {
    const example = explained(prompt);
    const texts = textsOf(draw(example).svg);
    const captions = texts.slice(texts.indexOf("Where each word acted"));
    for (const { text, relevance } of example.document.words)
      for (const wanted of [text, formatShare(relevance.content), `Eq. 8: ${formatShare(relevance.eq8)}`])
        assert.ok(captions.includes(wanted), `${wanted} is missing`);
  }
});

test("all maps share one scale: equal values have equal colours, and the largest of all is the brightest", () => {
  const example = explained(EIGHT);
  const { maps } = example.panels;
  const scale = sharedScale(maps);
  mapPanels(example).forEach(({ raster }, word) => {
    maps[word]!.forEach((value, i) => {
      assert.deepEqual([...raster.rgb.subarray(3 * i, 3 * i + 3)], [...viridis(value / scale)]);
    });
  });
});

test("the marks need no installed font and no file: paths and rectangles only", () => {
  const { svg } = draw(explained(`${EIGHT} shark 猫 <&">`, ["unconditional"]));
  const elements = new Set(Array.from(svg.matchAll(/<(\w+)/g), ([, name]) => name));
  assert.deepEqual(elements, new Set(["svg", "g", "path", "rect"]));
  assert.doesNotMatch(svg, /font|href|url\(|NaN|undefined/);
});

test("a word that the document warns of is marked in text and in colour", () => {
  const marked = draw(explained("a shark on red"));
  assert.ok(textsOf(marked.svg).includes("! ignored?"));
  assert.match(marked.svg, /aria-label="shark" fill="#b3261e"/);
  assert.ok(!textsOf(draw(explained("a cat on red")).svg).some((text) => text.startsWith("!")));
});

test("the ledger names every source that the run had, and the footer what made the picture", () => {
  const { document, panels } = explained(EIGHT, ["unconditional"]);
  const texts = textsOf(explanationDrawing(document, panels, FONT).svg);
  const { tokens, noise, time, mu, guidance } = document.ledger;
  assert.ok(guidance !== null);
  for (const text of [
    `prompt ${formatShare(tokens)}`,
    `noise ${formatShare(noise)}`,
    `time ${formatShare(time)}`,
    `mean (mu) ${formatShare(mu)}`,
    `guidance ${formatShare(guidance)}`,
    `sum of parts = picture: max difference ${formatError(document.residual)}`,
    "seed 42 · model emoji, v1 (0a1b2c3d4e) · 25 steps, DDIM · guidance 1.5 · pellucid 0.1.0",
  ])
    assert.ok(texts.includes(text), `${text} is missing from ${texts.join(" | ")}`);
  assert.ok(!texts.some((text) => text.startsWith("bias")));
  const broken = draw({ ...explained(EIGHT), document: { ...explained(EIGHT).document, residual: 0.2 } });
  assert.ok(
    textsOf(broken.svg).includes("! the parts miss the picture by up to 0.2: don't trust these figures"),
  );
});

test("without a normalised reconstruction there is a panel that says why", () => {
  const eps = explained(EIGHT, [], { model: { name: "eps", digest: "0", prediction: "eps" } });
  assert.match(
    textsOf(draw(eps).svg).join(" "),
    /undefined for eps models: noise and its complement add up to 0/,
  );
  const empty = explained("");
  assert.match(
    textsOf(draw(empty).svg).join(" "),
    /\(empty prompt\).*the prompt has no tokens.*The prompt has no words\./,
  );
});

test("a prompt of one word shows the size of its content, for its share is the same everywhere", () => {
  const { panels } = explained("penguin");
  assert.equal(panels.form, "magnitude");
  assert.ok(sharedScale(panels.maps) < 1);
});

test("panels lie inside the drawing, on whole pixels, and don't overlap", () => {
  for (const prompt of ["", "penguin", EIGHT, TWENTY]) {
    const { panels, width, height } = draw(explained(prompt));
    const boxes = panels.map(({ x, y, scale, raster }) => ({
      left: x,
      top: y,
      right: x + scale * raster.width,
      bottom: y + scale * raster.height,
    }));
    boxes.forEach((a, i) => {
      for (const value of Object.values(a)) assert.ok(Number.isInteger(value));
      assert.ok(a.left >= 0 && a.top >= 0 && a.right <= width && a.bottom <= height);
      for (const b of boxes.slice(i + 1))
        assert.ok(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top);
    });
  }
});

test("pictures of 64 x 64 are four times as large; maps three times, or twice for many words", () => {
  const size = { width: 64, height: 64 };
  assert.deepEqual(figureSize(size, 8), {
    width: 828,
    picture: { scale: 4, pitch: 286 },
    map: { scale: 3, pitch: 212, columns: 4 },
  });
  assert.deepEqual(figureSize(size, 20).map, { scale: 2, pitch: 140, columns: 6 });
  assert.deepEqual(figureSize({ width: 512, height: 512 }, 8).picture, { scale: 1, pitch: 542 });
});

test("panels that don't fit the document are refused", () => {
  const { document, panels } = explained(EIGHT);
  const attempt = (changes: Partial<typeof panels>) => () =>
    explanationDrawing(document, { ...panels, ...changes }, FONT);
  assert.throws(attempt({ maps: panels.maps.slice(1) }), /one map per word; got 7 for 8 words/);
  assert.throws(attempt({ picture: new Float32Array(5) }), /3 x 2 pixels must have 18 values; got 5/);
  assert.throws(attempt({ maps: panels.maps.map(() => new Float32Array(7)) }), UsageError);
});

test("small shares keep two decimals, and errors are short", () => {
  assert.deepEqual([0.41, 0.0018, 0.00999, 0.99999, -0.08, 0].map(formatShare), [
    "41.0 %",
    "0.18 %",
    "1.0 %",
    "100.0 %",
    "-8.0 %",
    "0.00 %",
  ]);
  assert.deepEqual([3.14e-7, 0.0045, 0.35, 0].map(formatError), ["3.1e-7", "0.0045", "0.35", "0"]);
});
