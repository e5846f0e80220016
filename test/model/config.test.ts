import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { UsageError } from "../../src/errors.js";
import { fromAuthorsConfig } from "../../src/model/authors.js";
import { parseUNetConfig } from "../../src/model/config.js";
import { parseModelConfig } from "../../src/model/model-config.js";
import { tinyConfig, tinyText, tinyUNet } from "./tiny.js";

const refuses = (parse: () => unknown, message: RegExp): void =>
  assert.throws(parse, (error) => error instanceof UsageError && message.test(error.message), message.source);

/** The defaults of what the authors' code keeps plain. */
const plain = { queries: "plain", timeEmbedding: "plain" };

test("what is left out has the documented default", () => {
  const { channelMultipliers, attentionFactors, headChannels, contextWidth } = tinyUNet;
  const least = { modelChannels: 32, channelMultipliers, attentionFactors, headChannels, contextWidth };
  const defaults = {
    imageSize: 64,
    channels: 6,
    patch: 1,
    residualBlocks: 1,
    transformerDepth: 1,
    transformerProjection: "linear",
    groups: 32,
    time: "add",
    layers: { kind: "bcos", b: 2, convB: 2, maxOut: 1, weights: "unit", finalWeights: "unit", ...plain },
  };
  const given = parseUNetConfig({ ...least, layers: { kind: "bcos" } });
  assert.deepEqual(given, { ...given, ...least, ...defaults });
});

describe("a network that cannot be built is refused with its cure", () => {
  for (const [change, message] of [
    [{ dropout: 0.1 }, /^network settings: unrecognized key: "dropout"$/],
    [{ modelChannels: "8" }, /^network settings: modelChannels: .*expected (number|int).*received string/],
    [{ modelChannels: 0 }, /modelChannels: too small/],
    [{ modelChannels: 8.5 }, /modelChannels: .*expected int/],
    [{ channelMultipliers: [] }, /channelMultipliers: too small/],
    [{ patch: 3 }, /patch: invalid input/],
    [
      { imageSize: 18 },
      /imageSize must be a multiple of 4 \(patch times 2 per level below the first\); got 18$/,
    ],
    [
      { channelMultipliers: [0.3, 1] },
      /level 0 would have 2\.4 channels, 0\.3 times 8; choose a multiple that gives a whole number$/,
    ],
    [{ groups: 3 }, /8 channels do not divide into 3 groups; change groups or modelChannels$/],
    [{ headChannels: 5 }, /8 channels do not divide into heads of 5; change headChannels or modelChannels$/],
    [{ modelChannels: 9, groups: 3, headChannels: 9 }, /modelChannels must be even; got 9$/],
    [{ layers: { kind: "bcos", b: 0.5 } }, /layers\.b: too small/],
    [{ layers: { kind: "bcos", maxOut: 0 } }, /layers\.maxOut: too small/],
    [{ layers: { kind: "ordinary", b: 2 } }, /layers: unrecognized key: "b"$/],
    [{ layers: { kind: "linear" } }, /layers/],
    [{ contextWidth: undefined }, /contextWidth: /],
  ] as const) {
    test(JSON.stringify(change), () => refuses(() => parseUNetConfig({ ...tinyUNet, ...change }), message));
  }

  test("no attention but the middle's needs heads that divide its width", () =>
    refuses(() => parseUNetConfig({ ...tinyUNet, attentionFactors: [], headChannels: 5 }), /heads of 5/));
});

/** A text transformer of CLIP's kind. */
const clip = {
  vectors: "clip-transformer",
  encoder: { blocks: 2, heads: 3, hiddenWidth: 20, activation: "gelu" },
};

describe("a model's settings are refused with their place", () => {
  for (const [change, message] of [
    [{ steps: 4 }, /^model settings: unrecognized key: "steps"$/],
    [{ name: "My Model" }, /^model settings: name: must be lower-case letters, digits and hyphens$/],
    [{ prediction: "v" }, /^model settings: prediction: invalid option/],
    [{ text: { ...tinyText, maxTokens: 0 } }, /^model settings: text\.maxTokens: too small/],
    [{ process: { sigma: 0 } }, /^model settings: process\.sigma: too small/],
    [
      { text: { vectors: "clip-transformer" } },
      /^model settings: text\.encoder: must be given with clip-tra/,
    ],
    [
      { text: { ...clip, vectors: "clip-embedding" } },
      /^model settings: text\.encoder: .* no other vectors$/,
    ],
    [{ text: { ...clip, maxTokens: 76 } }, /^model settings: text\.maxTokens: must be at most 75 for CLIP/],
    [
      { text: { ...clip, encoder: { ...clip.encoder, heads: 5 } } },
      /unet\.contextWidth 12 does not divide into 5 text\.encoder\.heads; change one of them$/,
    ],
    [{ text: { vectors: "learnt" } }, /^model settings: text\.tokenIds: must be given with learnt vectors/],
    [{ unet: { ...tinyUNet, channels: 3 } }, /unet\.channels must be 6, .*; got 3$/],
    [{ unet: { ...tinyUNet, imageSize: 17 } }, /^network settings: imageSize must be a multiple of 4/],
  ] as const) {
    test(JSON.stringify(change), () =>
      refuses(() => parseModelConfig({ ...tinyConfig(), ...change }), message),
    );
  }
});

describe("the authors' settings", () => {
  const authors = {
    model_channels: 32,
    channel_mult: [1, 2],
    attention_resolutions: [1],
    num_res_blocks: 2,
    num_head_channels: 16,
    context_dim: 24,
  };

  test("keep B = 2 in unit-length convolutions, and end in free weights unless told otherwise", () => {
    const layers = (change: object) => fromAuthorsConfig({ ...authors, B: 1.5, ...change }, 16).layers;
    const bcos = { kind: "bcos", b: 1.5, maxOut: 1, ...plain };
    assert.deepEqual(layers({}), { ...bcos, convB: 2, weights: "unit", finalWeights: "free" });
    assert.deepEqual(layers({ bcos_normalize_final: true }), {
      ...bcos,
      convB: 2,
      weights: "unit",
      finalWeights: "unit",
    });
    assert.deepEqual(layers({ bcos_normalize: false }), {
      ...bcos,
      convB: 1.5,
      weights: "free",
      finalWeights: "free",
    });
    assert.deepEqual(layers({ use_bcos: false }), { kind: "ordinary" });
  });

  test("are refused where they ask for something else", () => {
    refuses(() => fromAuthorsConfig({ ...authors, dropout: 0.1 }, 16), /dropout/);
    refuses(
      () => fromAuthorsConfig({ ...authors, out_channels: 3 }, 16),
      /out_channels must equal in_channels; got 3 and 6/,
    );
    refuses(
      () => fromAuthorsConfig({ ...authors, num_head_channels: -1 }, 16),
      /num_head_channels must be given/,
    );
    refuses(() => fromAuthorsConfig({ ...authors, colours: 3 }, 16), /unrecognized key: "colours"/);
    refuses(() => fromAuthorsConfig({ ...authors }, 15), /imageSize must be a multiple of 2/);
  });
});
