import { silu } from "../bcos/activations.js";
import { ordinaryLayers } from "../bcos/ordinary-layers.js";
import { type Parameters, within } from "../bcos/parameters.js";
import { input } from "../graph/ops/constant.js";
import { reshape } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import { collectParameters, type ParameterSpec } from "../model/weights.js";
import { headOffsets } from "./labels.js";

const layers = ordinaryLayers(8);

/** What the reader makes of pictures: maps of features, finest first, and logits [B, 55] of all heads. */
interface Reading {
  readonly maps: readonly Tensor[]; // [B, 32, 32, 32], [B, 64, 16, 16], [B, 96, 8, 8]
  readonly logits: Tensor;
}

/**
 * Reads pictures x [B, 3, 64, 64] in 0..1: a plain network that training asks what it sees in a prediction, and that never
 * judges a model.
 *
 * It is not the judge's network, and has other data, so that what pleases it need not please the judge.
 */
export function readerOf(parameters: Parameters, x: Tensor): Reading {
  const at = (name: string) => within(parameters, name);
  const step = (name: string, y: Tensor, width: number, stride: 1 | 2) => {
    const convolved = layers.conv(at(`${name}.conv`), y, width, { kernel: 3, stride });
    return silu(layers.groupNorm(at(`${name}.norm`), convolved));
  };

  const at32 = step("down32", x, 32, 2); // [B, 32, 32, 32]
  const at16 = step("same16", step("down16", at32, 64, 2), 64, 1); // [B, 64, 16, 16]
  const at8 = step("same8", step("down8", at16, 96, 2), 96, 1); // [B, 96, 8, 8]
  const at4 = step("down4", at8, 64, 2); // [B, 64, 4, 4]
  const flat = reshape(at4, [at4.shape[0]!, 64 * 4 * 4]);
  const hidden = silu(layers.linear(at("hidden"), flat, 192)); // [B, 192]
  return { maps: [at32, at16, at8], logits: layers.linear(at("heads"), hidden, headOffsets.total) };
}

/** Logits [B, 55] of the reader for pictures x [B, 3, 64, 64] in 0..1. */
export const readerLogits = (parameters: Parameters, x: Tensor): Tensor => readerOf(parameters, x).logits;

/** The parameters that the reader asks for. */
export const readerParameters = (): readonly ParameterSpec[] =>
  collectParameters((parameters) => readerLogits(parameters, input("x", [1, 3, 64, 64]))).parameters;
