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
 * Logits [B, 55] of the second reader for pictures x [B, 3, 64, 64] in 0..1: a narrow residual network, so that what pleases one
 * reader need not please the other.
 */
export function residualReaderLogits(parameters: Parameters, x: Tensor): Tensor {
  const at = (name: string) => within(parameters, name);
  const conv = (name: string, y: Tensor, width: number, stride: 1 | 2) =>
    silu(
      layers.groupNorm(at(`${name}.norm`), layers.conv(at(`${name}.conv`), y, width, { kernel: 3, stride })),
    );
  const residual = (name: string, y: Tensor) =>
    add(y, conv(`${name}.second`, conv(`${name}.first`, y, y.shape[1]!, 1), y.shape[1]!, 1));

  const at32 = conv("down32", x, 24, 2); // [B, 24, 32, 32]
  const at16 = residual("block16", conv("down16", at32, 48, 2)); // [B, 48, 16, 16]
  const at8 = residual("block8", conv("down8", at16, 96, 2)); // [B, 96, 8, 8]
  const at4 = conv("down4", at8, 96, 2); // [B, 96, 4, 4]
  const flat = reshape(at4, [at4.shape[0]!, 96 * 4 * 4]);
  const hidden = silu(layers.linear(at("hidden"), flat, 192)); // [B, 192]
  return layers.linear(at("heads"), hidden, headOffsets.total);
}

/** The parameters that it asks for. */
export const residualReaderParameters = (): readonly ParameterSpec[] =>
  collectParameters((parameters) => residualReaderLogits(parameters, input("x", [1, 3, 64, 64]))).parameters;
