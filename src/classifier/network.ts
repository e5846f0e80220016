import { silu } from "../bcos/activations.js";
import { ordinaryLayers } from "../bcos/ordinary-layers.js";
import { type Parameters, within } from "../bcos/parameters.js";
import { input } from "../graph/ops/constant.js";
import { add } from "../graph/ops/elementwise.js";
import { reshape } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import { collectParameters, type ParameterSpec } from "../model/weights.js";
import { headOffsets } from "./labels.js";

const layers = ordinaryLayers(8);

/**
 * Logits [B, 55] of all heads for pictures x [B, 3, 64, 64] in 0..1: an ordinary residual network of 0.9 million parameters that looks
 * at every pixel before it halves a picture, for hats are small.
 */
export function classifierLogits(parameters: Parameters, x: Tensor): Tensor {
  const at = (name: string) => within(parameters, name);
  const conv = (name: string, y: Tensor, width: number, stride: 1 | 2) =>
    layers.conv(at(`${name}.conv`), silu(layers.groupNorm(at(`${name}.norm`), y)), width, {
      kernel: 3,
      stride,
    });
  const residual = (name: string, y: Tensor) =>
    add(y, conv(`${name}.second`, conv(`${name}.first`, y, y.shape[1]!, 1), y.shape[1]!, 1));

  const at64 = layers.conv(at("stem"), x, 16, { kernel: 3, stride: 1 }); // [B, 16, 64, 64]
  const at32 = conv("down32", at64, 32, 2); // [B, 32, 32, 32]
  const at16 = residual("block16", conv("down16", at32, 64, 2)); // [B, 64, 16, 16]
  const at8 = residual("block8", conv("down8", at16, 112, 2)); // [B, 112, 8, 8]
  const at4 = conv("down4", at8, 112, 2); // [B, 112, 4, 4]
  const flat = reshape(silu(layers.groupNorm(at("norm4"), at4)), [at4.shape[0]!, 112 * 4 * 4]);
  const hidden = silu(layers.linear(at("hidden"), flat, 224)); // [B, 224]
  return layers.linear(at("heads"), hidden, headOffsets.total);
}

/** The parameters that the classifier asks for. */
export const classifierParameters = (): readonly ParameterSpec[] =>
  collectParameters((parameters) => classifierLogits(parameters, input("x", [1, 3, 64, 64]))).parameters;
