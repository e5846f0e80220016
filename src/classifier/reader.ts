import { silu } from "../bcos/activations.js";
import { ordinaryLayers } from "../bcos/ordinary-layers.js";
import { type Parameters, within } from "../bcos/parameters.js";
import { input } from "../graph/ops/constant.js";
import { reshape } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import { collectParameters, type ParameterSpec } from "../model/weights.js";
import { headOffsets } from "./labels.js";

const layers = ordinaryLayers(8);

/**
 * Logits [B, 55] of all heads for pictures x [B, 3, 64, 64] in 0..1: a plain network that training asks what it sees in a
 * prediction, and that never judges a model.
 *
 * It is not the judge's network, and has other data, so that what pleases it need not please the judge.
 */
export function readerLogits(parameters: Parameters, x: Tensor): Tensor {
  const at = (name: string) => within(parameters, name);
  const step = (name: string, y: Tensor, width: number, stride: 1 | 2) => {
    const convolved = layers.conv(at(`${name}.conv`), y, width, { kernel: 3, stride });
    return silu(layers.groupNorm(at(`${name}.norm`), convolved));
  };

  let y = step("down32", x, 32, 2); // [B, 32, 32, 32]
  y = step("down16", y, 64, 2); // [B, 64, 16, 16]
  y = step("same16", y, 64, 1);
  y = step("down8", y, 96, 2); // [B, 96, 8, 8]
  y = step("same8", y, 96, 1);
  y = step("down4", y, 64, 2); // [B, 64, 4, 4]
  const flat = reshape(y, [y.shape[0]!, 64 * 4 * 4]);
  const hidden = silu(layers.linear(at("hidden"), flat, 192)); // [B, 192]
  return layers.linear(at("heads"), hidden, headOffsets.total);
}

/** The parameters that the reader asks for. */
export const readerParameters = (): readonly ParameterSpec[] =>
  collectParameters((parameters) => readerLogits(parameters, input("x", [1, 3, 64, 64]))).parameters;
