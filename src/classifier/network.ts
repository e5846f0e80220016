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

/** Logits [B, 55] of all heads for pictures x [B, 3, 64, 64] in 0..1: an ordinary residual network of 1 million parameters. */
export function classifierLogits(parameters: Parameters, x: Tensor): Tensor {
  const at = (name: string) => within(parameters, name);
  const conv = (name: string, y: Tensor, width: number, stride: 1 | 2) =>
    layers.conv(at(name), y, width, { kernel: 3, stride });
  const activate = (name: string, y: Tensor) => silu(layers.groupNorm(at(name), y));
  const halve = (name: string, y: Tensor, width: number) =>
    conv(`${name}.conv`, activate(`${name}.norm`, y), width, 2);
  const residual = (name: string, y: Tensor) => {
    const width = y.shape[1]!;
    const inner = conv(`${name}.conv1`, activate(`${name}.norm1`, y), width, 1);
    return add(y, conv(`${name}.conv2`, activate(`${name}.norm2`, inner), width, 1));
  };

  let y = conv("stem", x, 32, 2); // [B, 32, 32, 32]
  y = residual("block16", halve("down16", y, 64)); // [B, 64, 16, 16]
  y = residual("block8", halve("down8", y, 128)); // [B, 128, 8, 8]
  y = activate("norm4", halve("down4", y, 128)); // [B, 128, 4, 4]
  const flat = reshape(y, [y.shape[0]!, 128 * 4 * 4]);
  const hidden = silu(layers.linear(at("hidden"), flat, 256)); // [B, 256]
  return layers.linear(at("heads"), hidden, headOffsets.total);
}

/** The parameters that the classifier asks for. */
export const classifierParameters = (): readonly ParameterSpec[] =>
  collectParameters((parameters) => classifierLogits(parameters, input("x", [1, 3, 64, 64]))).parameters;
