import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancelledError } from "../../src/errors.js";
import { drawMany } from "../../src/generate/batch.js";
import { lastStep, plainArtist } from "../../src/generate/draw.js";
import { assertAllclose } from "../allclose.js";
import { tinyDrawing } from "./drawing.js";

const prompts = ["a red cat", "", "a cat", ...new Array<string>(15).fill("a dog")];
const orders = prompts.map((prompt, i) => ({ prompt, seed: 3 * i }));

async function drawnAlone(index: number, settings: Parameters<typeof tinyDrawing>[1]) {
  const { prompt, seed } = orders[index]!;
  const artist = await plainArtist(await tinyDrawing(prompt, settings));
  const { x } = await lastStep(artist.draw(seed));
  await artist.release();
  return x;
}

describe("many pictures", () => {
  for (const settings of [{ steps: 2 }, { steps: 2, guidance: 2, eta: 0.5 }]) {
    test(`are those that are drawn alone, ${JSON.stringify(settings)}`, async () => {
      const pictures: Float32Array[] = [];
      for await (const picture of drawMany({ ...(await tinyDrawing("", settings)), orders }))
        pictures.push(picture);
      assert.equal(pictures.length, orders.length);
      for (const index of [0, 1, 2, 17]) {
        assertAllclose(pictures[index]!, await drawnAlone(index, settings), 1e-3, prompts[index]);
      }
    });
  }

  test("stop within a step of the abort", async () => {
    const run = { ...(await tinyDrawing("", {})), orders, signal: AbortSignal.abort() };
    await assert.rejects(drawMany(run).next(), CancelledError);
  });
});
