import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../src/errors.js";
import { pictureDistance } from "../../src/explain/counterfactual.js";
import type { ExplainedStep } from "../../src/explain/ledger.js";
import { decodeMagnitudes, encodeMagnitudes } from "../../src/explain/map-codec.js";
import { parseRegion, regionShares } from "../../src/explain/region.js";
import { runSources } from "../../src/explain/sources.js";
import { recorded } from "../../src/explain/timeline.js";
import { assertAllclose } from "../allclose.js";
import { collect } from "../collect.js";
import { ledgerOf, plain, SIZE, scaled } from "./ledgers.js";

test("a word that gains its content in one step changes in that step alone", async () => {
  const sources = runSources(3);
  const nothing = scaled(plain(0, 0, 0), 0);
  const red = plain(1, 0, 0); // content (0.5, -0.5, -0.5)
  const states = [
    [red, nothing, nothing],
    [red, red, red],
    [red, scaled(red, 2), red],
  ];
  async function* run(): AsyncGenerator<ExplainedStep> {
    for (const [k, tokens] of states.entries()) {
      const { rows, image } = ledgerOf(sources, [...tokens, nothing, nothing, nothing]);
      yield { step: k + 1, count: 3, t: 900 - k, x: image, prediction: image, rows };
    }
  }
  // The second word has the last two tokens.
  const words = [{ tokens: [0] }, { tokens: [1, 2] }];
  const steps = await collect(recorded(run(), { sources, size: SIZE }, words));
  const { history } = steps.at(-1)!;
  assert.deepEqual(
    history.map(({ t }) => t),
    [900, 899, 898],
  );
  assertAllclose(
    history.flatMap(({ change }) => change),
    [0.5, 0, 0, 1, 0, 0.5],
  );
  assertAllclose(
    history.flatMap(({ share }) => share),
    [1, 0, 1 / 3, 2 / 3, 1 / 4, 3 / 4],
  );
  assert.equal(steps[0]!.history.length, 1);
});

test("shares of a region add up to 1, and are each pixel's own", () => {
  const maps = [Float32Array.of(1, 0, 3, 0, 0, 0), Float32Array.of(1, 0, 1, 0, 0, 2)];
  assert.deepEqual(regionShares(maps, SIZE, parseRegion("0,0,1,1", SIZE)), [0.5, 0.5]);
  assert.deepEqual(regionShares(maps, SIZE, parseRegion("2,0,1,2", SIZE)), [0.5, 0.5]);
  assert.deepEqual(regionShares(maps, SIZE, parseRegion("0, 0, 3, 2", SIZE)), [0.5, 0.5]);
  assert.deepEqual(regionShares(maps, SIZE, parseRegion("2,0,1,1", SIZE)), [0.75, 0.25]);
  assert.deepEqual(regionShares(maps, SIZE, parseRegion("0,1,2,1", SIZE)), [0, 0]);
});

test("a region outside the picture or of no pixel is refused", () => {
  for (const text of [
    "",
    "1,1",
    "0,0,0,1",
    "0,0,4,1",
    "0,1,1,2",
    "-1,0,1,1",
    "a,b,c,d",
    "0.5,0,1,1",
    "0,0,1,1,1",
  ])
    assert.throws(() => parseRegion(text, SIZE), UsageError, text);
});

test("magnitudes keep small maps: each is exact to 1/255 of its own largest value", () => {
  const maps = [Float32Array.of(0, 0.5, 1), Float32Array.of(1e-6, 0, 5e-7), new Float32Array(3)];
  const decoded = decodeMagnitudes(encodeMagnitudes(maps), 3);
  for (const [i, map] of maps.entries()) assertAllclose(decoded[i]!, map, 1 / 500);
});

test("the distance of two pictures is the root mean square over rgb, as shown", () => {
  assert.equal(pictureDistance(plain(1, 0, 0), plain(1, 0, 0)), 0);
  assert.equal(pictureDistance(plain(1, 1, 1), plain(0, 0, 0)), 1);
  assertAllclose([pictureDistance(plain(1, 0, 0), plain(0, 0, 0))], [Math.sqrt(1 / 3)]);
  assert.equal(pictureDistance(plain(2, 0, 0), plain(1, -1, 0)), 0);
  assert.throws(() => pictureDistance(plain(0, 0, 0), new Float32Array(6)), UsageError);
});
