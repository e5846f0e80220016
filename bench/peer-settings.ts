import type { UNetConfig } from "../src/model/config.js";

/** A network's settings as the PyTorch peer reads them, or what it has no counterpart for. */
export type PeerSettings =
  | { readonly settings: Readonly<Record<string, unknown>> }
  | { readonly missing: string };

/** Translates a network's settings to the authors' names, with names of our own for what goes beyond their networks. */
export function peerSettings(config: UNetConfig): PeerSettings {
  const { layers } = config;
  if (layers.kind !== "bcos") return { missing: "ordinary layers" };
  if (layers.b !== 2 || layers.convB !== 2 || (layers.finalB ?? 2) !== 2)
    return { missing: "B other than 2" };
  if (layers.maxOut !== 1) return { missing: "max-out" };
  if (layers.weights === "free") return { missing: "free weights" };
  if (config.transformerProjection === "conv") return { missing: "convolutional projections" };
  const settings = {
    in_channels: config.channels,
    model_channels: config.modelChannels,
    channel_mult: config.channelMultipliers,
    num_res_blocks: config.residualBlocks,
    attention_resolutions: config.attentionFactors,
    num_head_channels: config.headChannels,
    transformer_depth: config.transformerDepth,
    context_dim: config.contextWidth,
    bcos_normalize_final: layers.finalWeights !== "free",
    patch: config.patch,
    groups: config.groups,
    scaled: layers.weights === "scaled",
    time: config.time,
  };
  const sameEnd = layers.finalWeights === "free" || layers.finalWeights === layers.weights;
  return sameEnd ? { settings } : { missing: "a final layer with weights of another kind" };
}
