import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Slot } from "../../src/data/caption.js";
import { composeScene } from "../../src/data/compose.js";
import { flip, mirrored } from "../../src/data/flip.js";
import { fixedPrompts } from "../../src/data/prompts.js";
import { randomFor } from "../../src/data/random.js";
import { maskFor, type Scene, scene } from "../../src/data/scene.js";
import { sixChannels } from "../../src/data/six-channels.js";
import { drawable, HATS, OBJECTS } from "../../src/data/vocabulary.js";
import { InputError, UsageError } from "../../src/errors.js";
import { loadSprites } from "../../src/files/sprites.js";

const sprites = loadSprites();
const key = fc.record({
  seed: fc.nat(),
  index: fc.nat(),
  split: fc.constantFrom("train" as const, "heldOut" as const),
});
const FEW = { numRuns: 60 };

const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0);

/** The middle of a mask's mass across the picture, in 0..1. */
function middle(mask: Uint8Array): number {
  return mask.reduce((total, byte, i) => total + byte * (((i % 64) + 0.5) / 64), 0) / sum(mask);
}

test("a scene depends on its key alone, not on what was made before it", () => {
  const forwards = [0, 1, 2, 3].map((index) => scene(sprites, { seed: 5, index }));
  const backwards = [3, 2, 1, 0].map((index) => scene(sprites, { seed: 5, index })).reverse();
  assert.deepEqual(forwards, backwards);
  assert.deepEqual(scene(loadSprites(), { seed: 5, index: 2 }), forwards[2]);
});

test("another seed, index or split is another picture", () => {
  const keys = [
    { seed: 1, index: 0 },
    { seed: 1, index: 1 },
    { seed: 2, index: 0 },
    { seed: 2 ** 32 + 1, index: 0 },
    { seed: 1, index: 2 ** 32 },
    { seed: 1, index: 0, split: "heldOut" as const },
  ];
  const pictures = keys.map((each) => scene(sprites, each).rgb.join());
  assert.equal(new Set(pictures).size, keys.length);
});

test("the masks divide every pixel among object, hat and background", () => {
  fc.assert(
    fc.property(key, (each) => {
      const { masks, attributes } = scene(sprites, each);
      assert.ok(masks.object.every((o, i) => o + masks.hat[i]! + masks.background[i]! === 255));
      assert.equal(sum(masks.hat) > 0, attributes.hat !== null);
      const share = sum(masks.object) / (255 * 64 * 64);
      assert.ok(share > 0.02 && share < 0.8, `object covers ${share}`);
    }),
    FEW,
  );
});

test("the object lies where its position says", () => {
  fc.assert(
    fc.property(key, (each) => {
      const { masks, attributes } = scene(sprites, each);
      const x = middle(masks.object);
      if (attributes.position === "left") assert.ok(x < 0.45, `${x}`);
      if (attributes.position === "right") assert.ok(x > 0.55, `${x}`);
      if (attributes.position === "centre") assert.ok(Math.abs(x - 0.5) < 0.12, `${x}`);
    }),
    FEW,
  );
});

test("a caption that names no style is of a cartoon", () => {
  fc.assert(
    fc.property(key, (each) => {
      const { words, attributes } = scene(sprites, each);
      const isNamed = words.some(({ slot }) => slot === "style");
      assert.ok(isNamed || attributes.style === "cartoon", attributes.style);
    }),
    FEW,
  );
});

test("things at the sides look inwards: to the left from the right, and mirrored from the left", () => {
  const overlap = (a: Uint8Array, b: Uint8Array) =>
    a.reduce((both, byte, i) => both + Math.min(byte, b[i]!), 0) /
    a.reduce((all, byte, i) => all + Math.max(byte, b[i]!), 0);
  for (const object of ["cat", "goat", "flamingo"] as const) {
    const at = (position: "left" | "right", seed: number) => {
      const { attributes } = fixedPrompts(1)[0]!;
      const alone = {
        ...attributes,
        object,
        count: 1,
        size: "medium",
        hat: null,
        hatColour: null,
        position,
      } as const;
      const shown = {
        ...alone,
        objectColour: "red",
        background: { backdrop: "plain", colour: "white" },
      } as const;
      return composeScene(sprites, { ...shown, style: "cartoon" }, randomFor(seed, 3, "test")).masks.object;
    };
    const overlaps = [0, 1, 2, 3, 4, 5, 6, 7].map((seed) => {
      const [left, right] = [at("left", seed), at("right", seed)];
      const moved = left.map((_, i) => (i % 64 < 29 ? 0 : left[i - 29]!)); // (0.73 - 0.27) * 64
      return [overlap(mirrored(left, 64), right), overlap(moved, right)] as const;
    });
    const total = (side: 0 | 1) => overlaps.reduce((sum, pair) => sum + pair[side], 0);
    assert.ok(total(0) > 1.1 * total(1), `${object}: ${total(0)} against ${total(1)}`);
  }
});

test("nothing is cut off at the edges", () => {
  fc.assert(
    fc.property(key, (each) => {
      const { background } = scene(sprites, each).masks;
      for (let i = 0; i < 64; i++) {
        for (const at of [i, 63 * 64 + i, i * 64, i * 64 + 63]) assert.equal(background[at], 255);
      }
    }),
    FEW,
  );
});

test("a plain background has its colour in the corners", () => {
  const [prompt] = fixedPrompts(200).filter(
    ({ attributes: { background } }) => background.backdrop === "plain" && background.colour === "red",
  );
  assert.ok(prompt);
  const { rgb } = composeScene(sprites, prompt.attributes, randomFor(0, 0, "test"));
  assert.ok(rgb[0]! > 200 && rgb[1]! < 60 && rgb[2]! < 60);
});

test("flipping mirrors pixels and masks, swaps left and right, and undoes itself", () => {
  fc.assert(
    fc.property(key, (each) => {
      const original: Scene = scene(sprites, each);
      const flipped = flip(original);
      assert.deepEqual(flip(flipped), original);
      assert.equal(flipped.rgb[0], original.rgb[63 * 3]);
      assert.ok(Math.abs(middle(flipped.masks.object) + middle(original.masks.object) - 1) < 1e-6);
      const swap: Record<string, string> = { left: "right", right: "left" };
      assert.equal(
        flipped.caption,
        original.caption.replace(/\b(left|right)\b/, (side) => swap[side] ?? side),
      );
      for (const { text, start, end } of flipped.words) assert.equal(flipped.caption.slice(start, end), text);
    }),
    FEW,
  );
});

test("colour words belong to the mask of what they colour, and function words to none", () => {
  const owners: [Slot, string | null][] = [
    ["object", "object"],
    ["objectColour", "object"],
    ["count", "object"],
    ["hat", "hat"],
    ["hatColour", "hat"],
    ["background", "background"],
    ["style", null],
    ["size", null],
    ["position", null],
    ["function", null],
  ];
  for (const [slot, mask] of owners) assert.equal(maskFor(slot), mask);
});

test("the committed sheet has every pair that the grammar may ask for", () => {
  assert.deepEqual(sprites.styles, ["cartoon", "drawing", "render", "blob"]);
  for (const style of sprites.styles) {
    const inStyle = (drawing: { source: number }) => sprites.sources[drawing.source]?.style === style;
    for (const object of OBJECTS) {
      for (const hat of HATS) {
        const dressed = sprites.objects.some(
          (o) =>
            o.subject === object &&
            inStyle(o) &&
            sprites.hats.some((h) => h.subject === hat && h.source === o.source),
        );
        assert.equal(dressed, drawable(style, object, hat), `${style} ${object} ${hat}`);
      }
    }
  }
});

test("the committed sheet holds no share-alike artwork", () => {
  const licences = new Set(sprites.sources.map(({ licence }) => licence));
  assert.deepEqual([...licences].sort(), ["Apache-2.0", "CC-BY-4.0", "MIT"]);
});

test("six channels are the colours and what they leave of one", () => {
  const six = sixChannels(Uint8Array.from([255, 0, 51, 0, 0, 255]));
  assert.deepEqual([...six], [1, 0, 0, 0, 0.2, 1, 0, 1, 1, 1, 0.8, 0].map(Math.fround));
});

test("keys out of range and impossible attributes are refused", () => {
  assert.throws(() => scene(sprites, { seed: -1, index: 0 }), UsageError);
  assert.throws(() => scene(sprites, { seed: 0, index: 0.5 }), /index must be a whole number.*got 0.5/);
  assert.throws(() => scene(sprites, { seed: Number.NaN, index: 0 }), UsageError);
  const { attributes } = scene(sprites, { seed: 0, index: 0 });
  const impossible = { ...attributes, hat: null, hatColour: "red" as const };
  assert.throws(() => composeScene(sprites, impossible, randomFor(0, 0, "test")), UsageError);
  const noSprites = { ...sprites, objects: [] };
  assert.throws(() => composeScene(noSprites, attributes, randomFor(0, 0, "test")), InputError);
});
