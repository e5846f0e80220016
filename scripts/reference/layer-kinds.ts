import type { Shape } from "../../src/graph/shape.js";
import type { LayerKind } from "./layer-settings.js";

/** Beginnings of layer names, and what they stand for. */
const kindsByName: readonly (readonly [string, LayerKind])[] = [
  ["timestep_embedding", "timestepEmbedding"],
  ["time_embedding", "timestepEmbedding"],
  ["spatial_transformer", "spatialTransformer"],
  ["basic_transformer_block", "transformerBlock"],
  ["transformer_block", "transformerBlock"],
  ["cross_attention", "attention"],
  ["self_attention", "attention"],
  ["attention", "attention"],
  ["masked_attention", "attention"],
  ["feed_forward", "feedForward"],
  ["feedforward", "feedForward"],
  ["res_block", "residualBlock"],
  ["resblock", "residualBlock"],
  ["residual_block", "residualBlock"],
  ["downsample", "downsample"],
  ["upsample", "upsample"],
  ["group_norm", "groupNorm"],
  ["groupnorm", "groupNorm"],
  ["layer_norm", "layerNorm"],
  ["layernorm", "layerNorm"],
  ["silu", "silu"],
  ["gelu", "gelu"],
  ["linear", "linear"],
  ["conv", "conv"],
];

/** Names of weights that only one kind of layer has. */
const kindsByWeight: readonly (readonly [string, LayerKind])[] = [
  ["transformer_blocks.", "spatialTransformer"],
  ["attn1.", "transformerBlock"],
  ["to_q.", "attention"],
  ["net.0.proj.", "feedForward"],
  ["in_layers.", "residualBlock"],
  ["op.", "downsample"],
  ["conv.", "upsample"],
];

/**
 * What kind of layer a name stands for, or failing that its weights: undefined if neither tells.
 *
 * The family (B-cos or ordinary) is no part of the kind: names of weights tell it.
 */
export function kindOf(
  name: string,
  weights: ReadonlyMap<string, Shape>,
  spec: unknown,
): LayerKind | undefined {
  const plain = name.replace(/^(bcos|vanilla|ordinary|plain|standard)_/, "");
  const byName = kindsByName.find(([start]) => plain.startsWith(start));
  if (byName) return byName[1];
  const byWeight = kindsByWeight.find(([start]) =>
    [...weights.keys()].some((weight) => weight.startsWith(start)),
  );
  if (byWeight) return byWeight[1];
  const axes = (weights.get("linear.weight") ?? weights.get("weight"))?.length;
  if (axes === 4) return "conv";
  if (axes === 2) return "linear";
  const settings = typeof spec === "object" && spec !== null ? spec : {};
  if ("groups" in settings) return "groupNorm";
  if ("dim" in settings) return "timestepEmbedding";
  return axes === 1 ? "layerNorm" : undefined;
}
