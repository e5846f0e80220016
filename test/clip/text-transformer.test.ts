import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { clipParameters, clipReader } from "../../src/clip/reader.js";
import { textTransformer } from "../../src/clip/text-transformer.js";
import { readClipWeights } from "../../src/clip/weights.js";
import { interpret } from "../../src/graph/interpret.js";
import { input } from "../../src/graph/ops/constant.js";
import { collectParameters } from "../../src/model/weights.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { assertAllclose } from "../allclose.js";
import { plainTransformer } from "./plain.js";
import { clipConfig, encoder, filled, openClip, WIDTH } from "./small.js";

const reference = JSON.parse(readFileSync(new URL("reference.jsonl", import.meta.url), "utf8"));
const ids = Int32Array.from({ length: 77 }, (_, position) => reference.ids[position] ?? 0);

/** Token and position embeddings of `ids`, summed in float64. */
const embedded = (() => {
  const tokens = filled("token_embedding.weight", [49408, WIDTH]);
  const positions = filled("positional_embedding", [77, WIDTH]);
  return Array.from(
    positions,
    (value, i) => value + tokens[ids[Math.floor(i / WIDTH)]! * WIDTH + (i % WIDTH)]!,
  );
})();

for (const activation of ["gelu", "quick-gelu"] as const) {
  const config = clipConfig({ vectors: "clip-transformer", encoder: { ...encoder, activation } });
  const settings = config.text.encoder!;

  /** The graph in float64 on embedded tokens. */
  async function evaluated(x: readonly number[]): Promise<Float64Array> {
    const weights = await readClipWeights(openClip, clipParameters(config));
    const { network } = collectParameters((parameter) =>
      textTransformer(settings, parameter, input("x", [1, 77, WIDTH])),
    );
    return interpret([network], { ...Object.fromEntries(weights), x })[0]!;
  }

  describe(`CLIP's text transformer with ${activation}`, () => {
    test("is the plain program's, in float64", async () => {
      assertAllclose(await evaluated(embedded), plainTransformer(embedded, settings), 1e-13);
    });

    test("is PyTorch's, in float64", async () => {
      assert.equal(reference[activation].length, 77 * WIDTH);
      assertAllclose(await evaluated(embedded), reference[activation], 1e-9);
    });

    test("is the same block by block in ONNX Runtime, in float32", async () => {
      const read = await clipReader(config, openClip, nodeCompiler({ threads: 1 }));
      assertAllclose(await read(ids), await evaluated(embedded), 1e-5);
    });

    test("hears no later position", async () => {
      const changed = embedded.map((value, i) => (i >= 40 * WIDTH ? -value : value));
      const [before, after] = [await evaluated(embedded), await evaluated(changed)];
      assert.deepEqual(after.subarray(0, 40 * WIDTH), before.subarray(0, 40 * WIDTH));
      assert.notDeepEqual(after.subarray(40 * WIDTH, 41 * WIDTH), before.subarray(40 * WIDTH, 41 * WIDTH));
    });
  });
}
