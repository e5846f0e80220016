import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { conflict } from "../../src/data/attributes.js";
import { isHeldOut } from "../../src/data/held-out.js";
import { otherColours, repainted } from "../../src/data/repaint.js";
import { scene, sceneAttributes } from "../../src/data/scene.js";
import { PALETTE } from "../../src/data/vocabulary.js";
import { loadSprites } from "../../src/files/sprites.js";

const sprites = loadSprites();
const PIXELS = 64 * 64;

/** A picture of one shade whose left half is covered by this much of a thing. */
function halved(shade: number, coverage: number) {
  const object = Uint8Array.from({ length: PIXELS }, (_, i) => (i % 64 < 32 ? coverage : 0));
  const background = object.map((value) => 255 - value);
  const masks = { object, hat: new Uint8Array(PIXELS), background };
  return { rgb: new Uint8Array(3 * PIXELS).fill(shade), masks };
}

describe("a repainted picture", () => {
  test("has its thing in the colour where it is of middling light, and is half of both where it covers half", () => {
    for (const [coverage, part] of [
      [255, 1],
      [102, 0.4],
      [0, 0],
    ] as const) {
      const out = repainted(halved(120, coverage), PALETTE.green);
      for (const [channel, value] of PALETTE.green.entries()) {
        assert.ok(Math.abs(out[channel]! - (120 + part * (value - 120))) <= 0.5);
        assert.equal(out[3 * 63 + channel], 120);
      }
    }
  });

  test("is the scene outside of the thing, and another inside", () => {
    for (const index of [0, 1, 2, 3]) {
      const drawn = scene(sprites, { seed: 3, index });
      const [colour] = otherColours(drawn.attributes);
      const out = repainted(drawn, PALETTE[colour!]);
      const { object } = drawn.masks;
      let changed = 0;
      for (const [i, value] of out.entries()) {
        if (object[Math.floor(i / 3)] === 0) assert.equal(value, drawn.rgb[i]);
        else if (Math.abs(value - drawn.rgb[i]!) > 20) changed++;
      }
      assert.ok(changed > 100, `${changed} values`);
    }
  });
});

test("other colours are neither the thing's own nor lost, nor held out", () => {
  for (let index = 0; index < 200; index++) {
    const attributes = sceneAttributes(sprites, { seed: 4, index });
    for (const objectColour of otherColours(attributes)) {
      const other = { ...attributes, objectColour };
      assert.notEqual(objectColour, attributes.objectColour);
      assert.equal(conflict(other), null);
      assert.ok(!isHeldOut(other));
    }
  }
});
