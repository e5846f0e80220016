import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scene } from "../../src/data/scene.js";
import { resizeBilinear } from "../../src/diffusion/resize.js";
import { CancelledError, InputError } from "../../src/errors.js";
import { featureNetwork } from "../../src/evaluate/features.js";
import { nearestDistances } from "../../src/evaluate/nearest-scene.js";
import { loadFeatureNetwork } from "../../src/files/feature-network.js";
import { loadSprites } from "../../src/files/sprites.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { assertAllclose } from "../allclose.js";
import { meanColourNetwork } from "./fake-network.js";
import { featuresOf } from "./features-of.js";

const compile = nodeCompiler();
/** A picture of one colour, [side, side, 3]. */
const plain = (side: number, colour: readonly [number, number, number]) =>
  Uint8Array.from({ length: side * side * 3 }, (_, i) => colour[i % 3]!);

describe("a feature network", () => {
  test("gives each picture its row, however many go through it at a time", async () => {
    const colours = Array.from({ length: 19 }, (_, i) => [i, 2 * i, 255 - i] as const);
    const expected = colours.flatMap((rgb) => [...rgb, rgb[0]].map((value) => value / 255));
    for (const n of ["N", 1, 4]) {
      for (const output of [
        [n, 4],
        [n, 4, 1, 1],
      ]) {
        const network = await featureNetwork(meanColourNetwork([n, 3, 8, 8], output), compile, { side: 8 });
        const done: number[] = [];
        const { count, width, values } = await network.features(
          colours.map((rgb) => plain(8, rgb)),
          { onProgress: (pictures) => done.push(pictures) },
        );
        await network.release();
        assert.deepEqual([count, width, done.at(-1)], [19, 4, 19]);
        assertAllclose(values, expected, 1e-6);
      }
    }
  });

  test("is given pictures of its own size, in 0..1", async () => {
    const bytes = meanColourNetwork(["N", 3, "height", "width"], ["N", 3]);
    const network = await featureNetwork(bytes, compile, { side: 6, width: 3 });
    const { values } = await network.features([plain(4, [0, 51, 255]), plain(9, [255, 0, 102])]);
    await network.release();
    assertAllclose(values, [0, 0.2, 1, 1, 0, 0.4], 1e-6);
  });

  test("of another form is an InputError that says what it is and what it has to be", async () => {
    const wanted = { side: 299, width: 2048 };
    for (const [input, output] of [
      [
        ["N", 1, 299, 299],
        ["N", 2048],
      ],
      [
        ["N", 3, 224, 224],
        ["N", 2048],
      ],
      [
        ["N", 299, 299, 3],
        ["N", 2048],
      ],
      [
        ["N", 3, 299, 299],
        ["N", 1000],
      ],
      [
        ["N", 3, 299],
        ["N", 2048],
      ],
      [
        ["N", 3, 299, 299],
        ["N", 2048, 8, 8],
      ],
    ]) {
      await assert.rejects(
        featureNetwork(meanColourNetwork(input!, output!), compile, wanted),
        (error) =>
          error instanceof InputError &&
          error.message.includes("[N,3,299,299]") &&
          error.message.includes("[N,2048]") &&
          error.message.includes("got"),
      );
    }
  });

  test("that cannot run, or gives what is no number, is an InputError", async () => {
    // Two initializers of one name: ONNX Runtime refuses the file.
    const twice = [{ name: "turns", shape: [1], values: BigInt64Array.of(0n) }];
    const broken = meanColourNetwork(["N", 3, 8, 8], ["N", 3], twice);
    await assert.rejects(featureNetwork(broken, compile, { side: 8 }), InputError);
    const infinite = await featureNetwork(
      new Uint8Array(meanColourNetwork(["N", 3, 8, 8], ["N", 3])),
      async () => ({
        run: async () => ({ "means of colours": new Float32Array(16 * 3).fill(Number.NaN) }),
        release: async () => {},
      }),
      { side: 8 },
    );
    await assert.rejects(infinite.features([plain(8, [0, 0, 0])]), InputError);
  });

  test("takes square pictures, and stops when it is told to", async () => {
    const network = await featureNetwork(meanColourNetwork(["N", 3, 8, 8], ["N", 3]), compile, { side: 8 });
    await assert.rejects(network.features([new Uint8Array(100)]), InputError);
    const signal = AbortSignal.abort();
    await assert.rejects(network.features([plain(8, [0, 0, 0])], { signal }), CancelledError);
    await network.release();
  });
});

describe("resizing", () => {
  test("interpolates between pixel centres and repeats the edges", () => {
    // Centres of 4 pixels in those of 2: -0.25, 0.25, 0.75, 1.25.
    const rows = resizeBilinear(Float32Array.of(0, 4, 8, 12), 2, 4);
    assertAllclose(rows, [0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12], 1e-6);
  });

  test("takes single points when it shrinks", () => {
    // Centres of 1 pixel in those of 3: the middle one. No antialiasing.
    assert.deepEqual([...resizeBilinear(Float32Array.of(0, 0, 0, 0, 9, 0, 0, 0, 0), 3, 1)], [9]);
  });

  test("keeps a plane linear, away from the edges, and each channel apart", () => {
    const plane = Float32Array.from({ length: 2 * 64 }, (_, i) => (i < 64 ? i % 8 : Math.floor(i / 8) - 8));
    const large = resizeBilinear(plane, 8, 20); // [2, 20, 20]
    const middle = (i: number) => ((i + 0.5) * 8) / 20 - 0.5;
    assertAllclose([large[20 * 7 + 5]!, large[400 + 20 * 7 + 5]!], [middle(5), middle(7)], 1e-6);
  });
});

describe("the network that ships", () => {
  const sprites = loadSprites();
  const scenes = Array.from({ length: 24 }, (_, index) => scene(sprites, { seed: 1, index }).rgb);
  const fresh = Array.from({ length: 8 }, (_, index) => scene(sprites, { seed: 7, index }).rgb);

  test("has the features of its float32 original, and sees a copied scene", async () => {
    const network = await loadFeatureNetwork(compile);
    assert.equal(network.width, 224);
    const gallery = await network.features(scenes);
    // Waves of colour through the same layers with weights of 32 bits.
    const waves = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => {
      const [x, y, c] = [Math.floor(i / 3) % 64, Math.floor(i / 192), i % 3];
      return 4 * (c + 1) * x + 12 * y;
    });
    assertAllclose(
      (await network.features([waves])).values.subarray(0, 4),
      [0.4141485, 2.2118707, 2.0152469, -0.9382602],
      1e-4,
    );
    const own = await network.features(fresh);
    const copies = scenes.slice(0, 8).map((rgb) => rgb.map((value, i) => Math.max(0, value - (i % 2))));
    const copied = nearestDistances(await network.features(copies), gallery);
    const distances = nearestDistances(own, gallery);
    await network.release();
    assert.ok(Math.max(...copied) < 0.15, `copies: ${copied}`);
    assert.ok(Math.min(...distances) > 2 * Math.max(...copied), `fresh: ${distances}`);
  });
});

describe("the nearest scene", () => {
  const gallery = featuresOf([
    [0, 5, 0],
    [2, 5, 0],
    [4, 5, 6],
  ]);

  test("is measured in standard deviations of each feature; one that never changes is left out", () => {
    // Standard deviations 2, 0 and sqrt(12).
    const found = nearestDistances(
      featuresOf([
        [2, 5, 0],
        [1, 9, 0],
        [4, 5, 0],
      ]),
      gallery,
    );
    assertAllclose(found, [0, Math.sqrt(0.25 / 3), Math.sqrt(1 / 3)], 1e-6);
  });

  test("takes two real pictures and features of one width", () => {
    assert.throws(() => nearestDistances(gallery, featuresOf([[0, 5, 0]])), InputError);
    assert.throws(() => nearestDistances(featuresOf([[1]]), gallery), InputError);
  });
});
