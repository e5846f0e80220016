import { clipParameters } from "../../src/clip/reader.js";
import type { Shape } from "../../src/graph/shape.js";
import { sizeOf } from "../../src/graph/shape.js";
import { type ModelConfig, parseModelConfig } from "../../src/model/model-config.js";
import { fromFloat32 } from "../../src/safetensors/convert.js";
import type { StoredTensor } from "../../src/safetensors/stored.js";
import { tinyUNet } from "../model/tiny.js";

/** Numbers in centre +- 0.5 that follow from a tensor's name and an element's place, as in scripts/clip/reference.py. */
export function filled(name: string, shape: Shape): Float32Array {
  const centre = /(^|\.)ln_\w+\.weight$/.test(name) ? 1 : 0;
  const seed = [...name].reduce((number, letter) => (Math.imul(31, number) + letter.charCodeAt(0)) >>> 0, 0);
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    let x = (seed + Math.imul(i, 2654435761)) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 2246822507) >>> 0;
    x = Math.imul(x ^ (x >>> 13), 3266489909) >>> 0;
    return centre + 0.5 * (((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1);
  });
}

export const WIDTH = 8;
export const encoder = { blocks: 2, heads: 2, hiddenWidth: 12, activation: "gelu" } as const;

/** A tiny model whose prompts CLIP reads. */
export const clipConfig = (text: object = { vectors: "clip-transformer", encoder }): ModelConfig =>
  parseModelConfig({
    name: "tiny",
    unet: { ...tinyUNet, contextWidth: WIDTH },
    text: { maxTokens: 75, ...text },
  });

/** A tensor that counts how often it is read. */
export interface Counted extends StoredTensor {
  readonly reads: number[];
}

export function stored(values: Float32Array, shape: Shape, dtype: "F32" | "F16" | "BF16" = "F32"): Counted {
  const view = fromFloat32(values, shape, dtype);
  const reads: number[] = [];
  const read = async () => {
    reads.push(1);
    return view.bytes;
  };
  return { dtype, shape, reads, read };
}

/** open_clip's tensors: name and shape, one block more than the model runs, and some of other parts. */
const openClipShapes: readonly (readonly [string, Shape])[] = [
  ["positional_embedding", [77, WIDTH]],
  ["text_projection", [WIDTH, 5]],
  ["logit_scale", []],
  ["visual.conv1.weight", [3, 3]],
  ["token_embedding.weight", [49408, WIDTH]],
  ...[0, 1, 2].flatMap((block): [string, Shape][] =>
    (
      [
        ["ln_1.weight", [WIDTH]],
        ["ln_1.bias", [WIDTH]],
        ["attn.in_proj_weight", [3 * WIDTH, WIDTH]],
        ["attn.in_proj_bias", [3 * WIDTH]],
        ["attn.out_proj.weight", [WIDTH, WIDTH]],
        ["attn.out_proj.bias", [WIDTH]],
        ["ln_2.weight", [WIDTH]],
        ["ln_2.bias", [WIDTH]],
        ["mlp.c_fc.weight", [12, WIDTH]],
        ["mlp.c_fc.bias", [12]],
        ["mlp.c_proj.weight", [WIDTH, 12]],
        ["mlp.c_proj.bias", [WIDTH]],
      ] as const
    ).map(([name, shape]) => [`transformer.resblocks.${block}.${name}`, shape]),
  ),
  ["ln_final.weight", [WIDTH]],
  ["ln_final.bias", [WIDTH]],
];

/** A small CLIP as open_clip stores it. */
export const openClip: ReadonlyMap<string, Counted> = new Map(
  openClipShapes.map(([name, shape]) => [name, stored(filled(name, shape), shape)]),
);

/** The same CLIP as transformers stores it, by its own rules: one tensor each for queries, keys and values. */
export function inTransformersNaming(): Map<string, Counted> {
  const renamed = new Map<string, Counted>();
  for (const [name, shape] of openClipShapes) {
    const values = filled(name, shape);
    const fused = /^(.*)attn\.in_proj_(weight|bias)$/.exec(name);
    const thirds = fused === null ? [values] : [0, 1, 2].map((part) => third(values, part));
    for (const [part, own] of thirds.entries()) {
      const target =
        fused === null ? plainName(name) : `${plainName(fused[1]!)}self_attn.${"qkv"[part]}_proj.${fused[2]}`;
      renamed.set(target, stored(own, fused === null ? shape : shape.with(0, WIDTH)));
    }
  }
  return renamed;
}

const third = (values: Float32Array, part: number): Float32Array =>
  values.slice((part * values.length) / 3, ((part + 1) * values.length) / 3);

/** open_clip's name, word by word in transformers'. */
const plainName = (name: string): string =>
  name
    .replace(/^transformer\.resblocks\./, "text_model.encoder.layers.")
    .replace(/^token_embedding/, "text_model.embeddings.token_embedding")
    .replace(/^positional_embedding$/, "text_model.embeddings.position_embedding.weight")
    .replace(/^ln_final/, "text_model.final_layer_norm")
    .replace(".ln_1.", ".layer_norm1.")
    .replace(".ln_2.", ".layer_norm2.")
    .replace(".mlp.c_fc.", ".mlp.fc1.")
    .replace(".mlp.c_proj.", ".mlp.fc2.")
    .replace(".attn.out_proj.", ".self_attn.out_proj.");

/** How many parameters the small CLIP's embeddings and two blocks have. */
export const parameterCount = (config: ModelConfig): number =>
  clipParameters(config).reduce((total, { shape }) => total + sizeOf(shape), 0);
