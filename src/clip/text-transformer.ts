import { gelu } from "../bcos/activations.js";
import { affine, affineLayerNorm } from "../bcos/ordinary-layers.js";
import { type Parameters, within } from "../bcos/parameters.js";
import { constant } from "../graph/ops/constant.js";
import { add, multiply, scale, sigmoid } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/product.js";
import { softmax } from "../graph/ops/softmax.js";
import { reshape, transpose } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import type { EncoderConfig } from "../model/text-config.js";

/** Added to the score of a later position: far below any score, and finite in float32. */
const LATER = -1e9;

/** 0 where position j may be heard at i, j <= i, and `LATER` elsewhere: [positions, positions]. */
function causalMask(positions: number): Tensor {
  const values = Float32Array.from({ length: positions * positions }, (_, at) =>
    at % positions > Math.floor(at / positions) ? LATER : 0,
  );
  return constant(values, [positions, positions]);
}

/** Multi-head attention of x [B, N, C] to itself, each position to those before it and to itself. */
function causalAttention(parameters: Parameters, x: Tensor, heads: number): Tensor {
  const [batch, positions, width] = x.shape;
  const size = width! / heads;
  const project = (name: string): Tensor => {
    const flat = affine(within(parameters, name), x, width!);
    return transpose(reshape(flat, [batch!, positions!, heads, size]), [0, 2, 1, 3]); // [B, h, N, d]
  };
  const scores = matmul(scale(project("q_proj"), size ** -0.5), project("k_proj"), { transposeB: true });
  const weights = softmax(add(scores, causalMask(positions!))); // [B, h, N, N]
  const heard = transpose(matmul(weights, project("v_proj")), [0, 2, 1, 3]); // [B, N, h, d]
  return affine(within(parameters, "out_proj"), reshape(heard, x.shape), width!);
}

const activations: Readonly<Record<EncoderConfig["activation"], (x: Tensor) => Tensor>> = {
  gelu,
  "quick-gelu": (x) => multiply(x, sigmoid(scale(x, 1.702))),
};

/**
 * A block of CLIP's text transformer on x [B, N, C]: causal attention and a hidden layer, each behind a norm and a skip
 * (Radford et al. 2021). Parameters are named as in Hugging Face transformers.
 */
export function textBlock(
  { heads, hiddenWidth, activation }: EncoderConfig,
  parameters: Parameters,
  x: Tensor,
): Tensor {
  const at = (name: string) => within(parameters, name);
  const heard = add(x, causalAttention(at("self_attn"), affineLayerNorm(at("layer_norm1"), x), heads));
  const hidden = affine(at("mlp.fc1"), affineLayerNorm(at("layer_norm2"), heard), hiddenWidth);
  return add(heard, affine(at("mlp.fc2"), activations[activation](hidden), x.shape.at(-1)!));
}

/** CLIP's text transformer on embedded tokens x [B, N, C], up to the last block that is wanted, then the final norm. */
export function textTransformer(settings: EncoderConfig, parameters: Parameters, x: Tensor): Tensor {
  let h = x;
  for (let block = 0; block < settings.blocks; block++) {
    h = textBlock(settings, within(parameters, blockName(block)), h);
  }
  return affineLayerNorm(within(parameters, FINAL_NORM), h);
}

export const FINAL_NORM = "final_layer_norm";
export const blockName = (block: number): string => `encoder.layers.${block}`;
