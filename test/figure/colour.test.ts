import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../src/errors.js";
import { mapRaster, pictureRaster, viridis } from "../../src/figure/colour.js";
import { outlinePath } from "../../src/figure/outline.js";

const SIZE = { width: 3, height: 2 };

/** Relative luminance, in 0..1 (WCAG 2). */
function luminance(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test("viridis has its published ends and middle, and clamps", () => {
  assert.deepEqual(viridis(0), [0x44, 0x01, 0x54]);
  assert.deepEqual(viridis(1), [0xfd, 0xe7, 0x25]);
  const middle = viridis(127 / 255); // #21908c is its colour 127
  [0x21, 0x90, 0x8c].forEach((value, channel) => {
    assert.ok(Math.abs(middle[channel]! - value) <= 5);
  });
  assert.deepEqual([viridis(-1), viridis(2)], [viridis(0), viridis(1)]);
});

test("a larger value is always lighter, so that maps can be read without colour vision", () => {
  const lightness = Array.from({ length: 65 }, (_, i) => luminance(viridis(i / 64)));
  lightness.slice(1).forEach((value, i) => {
    assert.ok(value > lightness[i]!, `viridis is darker at ${i + 1} than at ${i}`);
  });
});

test("a map's colour depends on value / scale alone", () => {
  const { rgb } = mapRaster(Float32Array.of(0, 0.25, 0.5, 1, 0.5, 0.25), SIZE, 1);
  const pixel = (i: number) => [...rgb.subarray(3 * i, 3 * i + 3)];
  assert.deepEqual(pixel(0), [...viridis(0)]);
  assert.deepEqual(pixel(3), [...viridis(1)]);
  assert.deepEqual(pixel(1), pixel(5));
  assert.deepEqual(pixel(2), [...viridis(0.5)]);
});

test("a picture's planes become pixels, clamped", () => {
  const picture = Float32Array.of(
    0,
    1,
    0.5,
    -3,
    9,
    0,
    ...new Float32Array(6).fill(1),
    ...new Float32Array(6),
  );
  assert.deepEqual(
    [...pictureRaster(picture, SIZE).rgb],
    [0, 255, 128, 0, 255, 0].flatMap((red) => [red, 255, 0]),
  );
  assert.throws(() => pictureRaster(picture, { width: 2, height: 2 }), UsageError);
  assert.throws(() => mapRaster(picture, SIZE, 1), /6 values; got 18/);
});

test("an edge is where the colour changes most, and there is none in a plain picture", () => {
  const size = { width: 4, height: 2 };
  const redOf = (row: readonly number[]) => Float32Array.from([...row, ...row, ...new Array(16).fill(0)]);
  assert.equal(outlinePath(redOf([1, 1, 1, 1]), size), "");
  assert.equal(outlinePath(redOf([0, 0, 1, 1]), size), "M2 0v1M2 1v1");
  assert.equal(outlinePath(redOf([0, 0, 0.05, 0.05]), size), "");
  const below = Float32Array.from([0, 0, 0, 1, 1, 1, ...new Array(12).fill(0)]);
  assert.equal(outlinePath(below, SIZE), "M0 1h1M1 1h1M2 1h1");
});
