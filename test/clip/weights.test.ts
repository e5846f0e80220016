import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clipParameters } from "../../src/clip/reader.js";
import { readClipWeights } from "../../src/clip/weights.js";
import { InputError } from "../../src/errors.js";
import { sizeOf } from "../../src/graph/shape.js";
import { assertAllclose } from "../allclose.js";
import { clipConfig, filled, inTransformersNaming, openClip, stored, WIDTH } from "./small.js";

const wanted = clipParameters(clipConfig());
const read = (tensors: Parameters<typeof readClipWeights>[0]) => readClipWeights(tensors, wanted);
const prefixed = <T>(tensors: ReadonlyMap<string, T>, change: (name: string) => string): Map<string, T> =>
  new Map([...tensors].map(([name, tensor]) => [change(name), tensor]));

describe("weights of CLIP's text side", () => {
  test("are the same in either naming, whatever stands in front", async () => {
    const transformers = inTransformersNaming();
    const expected = await read(openClip);
    assert.deepEqual([...expected.keys()].toSorted(), wanted.map(({ name }) => name).toSorted());
    for (const tensors of [
      transformers,
      prefixed(transformers, (name) =>
        name.replace(/^text_model/, "cond_stage_model.transformer.text_model"),
      ),
      prefixed(openClip, (name) => `text.${name}`),
      prefixed(openClip, (name) => `cond_stage_model.model.${name}`),
    ]) {
      const actual = await read(tensors);
      for (const [name, values] of expected) assert.deepEqual(actual.get(name), values, name);
    }
  });

  test("are those of each name's own tensor, queries, keys and values in that order", async () => {
    const weights = await read(openClip);
    const name = "transformer.resblocks.1.attn.in_proj_weight";
    const parts = ["q", "k", "v"].map(
      (part) => weights.get(`encoder.layers.1.self_attn.${part}_proj.weight`)!,
    );
    assert.deepEqual(
      parts.flatMap((part) => [...part]),
      [...filled(name, [3 * WIDTH, WIDTH])],
    );
    assert.deepEqual(
      weights.get("encoder.layers.0.mlp.fc2.bias"),
      filled("transformer.resblocks.0.mlp.c_proj.bias", [WIDTH]),
    );
  });

  test("are read once each, and no others", async () => {
    const tensors = inTransformersNaming();
    const counted = new Map([...tensors, ...openClip]);
    for (const { reads } of counted.values()) reads.length = 0;
    await read(openClip);
    const times = (name: string) => counted.get(name)!.reads.length;
    assert.equal(times("transformer.resblocks.1.attn.in_proj_weight"), 1);
    assert.equal(times("transformer.resblocks.2.attn.in_proj_weight"), 0); // behind the penultimate
    assert.equal(times("visual.conv1.weight"), 0);
  });

  test("may be stored in 16 bits", async () => {
    const name = "ln_final.weight";
    const values = filled(name, [WIDTH]);
    for (const [dtype, tolerance] of [
      ["F16", 2 ** -11],
      ["BF16", 2 ** -8],
    ] as const) {
      const tensors = new Map(openClip).set(name, stored(values, [WIDTH], dtype));
      assertAllclose((await read(tensors)).get("final_layer_norm.weight")!, values, tolerance);
    }
  });

  test("for embeddings alone are two tensors", () => {
    const names = clipParameters(clipConfig({ vectors: "clip-embedding" })).map(({ name }) => name);
    assert.deepEqual(names, ["embeddings.token_embedding.weight", "embeddings.position_embedding.weight"]);
  });

  test("of ViT-H-14 up to the penultimate block: 340 million numbers", () => {
    const encoder = { blocks: 23, heads: 16, hiddenWidth: 4096, activation: "gelu" };
    const config = clipConfig();
    const parameters = clipParameters({
      unet: { ...config.unet, contextWidth: 1024 },
      text: { ...config.text, encoder: { ...encoder, activation: "gelu" } },
    });
    const block = 4 * (1024 * 1024 + 1024) + 2 * 1024 * 4096 + 4096 + 1024 + 4 * 1024;
    const total = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    assert.equal(total, (49408 + 77) * 1024 + 23 * block + 2 * 1024);
  });
});

describe("weights that are not CLIP's are refused by name", () => {
  const without = (name: string) => new Map([...openClip].filter(([other]) => other !== name));
  for (const [what, tensors, message] of [
    ["none of its names", new Map(), /^CLIP's text side must be here, with .*; got 0 tensors/],
    [
      "a tensor that is missing",
      without("transformer.resblocks.1.mlp.c_fc.bias"),
      /^tensor transformer\.resblocks\.1\.mlp\.c_fc\.bias is missing; these weights are not of/,
    ],
    [
      "another width",
      new Map(openClip).set("positional_embedding", stored(new Float32Array(77), [77, 1])),
      /^tensor positional_embedding must have shape \[77,8\]; got \[77,1\]; /,
    ],
    [
      "projections that are not three",
      new Map(openClip).set("transformer.resblocks.0.attn.in_proj_bias", stored(new Float32Array(8), [8])),
      /in_proj_bias must have shape \[24\]; got \[8\]/,
    ],
  ] as const) {
    test(what, () =>
      assert.rejects(read(tensors), (error) => error instanceof InputError && message.test(error.message)),
    );
  }
});
