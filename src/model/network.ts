import { type Parameters, within, zeros } from "../bcos/parameters.js";
import { add, multiply } from "../graph/ops/elementwise.js";
import { reshape, slice } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import type { ModelConfig } from "./model-config.js";
import { type UNet, unet } from "./unet.js";

/** What a model takes: noisy pictures, time steps and the vectors of its prompt's tokens. */
export interface ModelInputs {
  readonly x: Tensor; // [B, 6, H, W]
  readonly t: Tensor; // [B]
  readonly tokens: Tensor; // [B, K, C]
  /** 1 for a token, 0 for padding. */
  readonly mask: Tensor; // [B, K]
}

export interface Model extends UNet {
  /** Token vectors with their positions added, zero where masked: what the prompt contributes through. */
  readonly context: Tensor; // [B, K, C]
}

/** The network with its learnt positions: context = (token vector + position) * mask. */
export function model(
  { unet: settings, text }: ModelConfig,
  parameters: Parameters,
  { x, t, tokens, mask }: ModelInputs,
): Model {
  const [, count, width] = tokens.shape;
  const table = within(parameters, "text")("positions", [text.maxTokens, width!], zeros);
  const positions = reshape(slice(table, 0, 0, count!), [1, count!, width!]);
  const context = multiply(add(tokens, positions), reshape(mask, [...mask.shape, 1]));
  return { ...unet(settings, parameters, { x, t, context: { tokens: context, mask } }), context };
}
