import { silu } from "../bcos/activations.js";
import { type Context, placed, unplaced } from "../bcos/attention.js";
import { bcosLayers } from "../bcos/bcos-layers.js";
import {
  addTime,
  downsample,
  residualBlock,
  scaleByTime,
  spatialTransformer,
  upsample,
} from "../bcos/blocks.js";
import type { Layers } from "../bcos/layers.js";
import { ordinaryLayers } from "../bcos/ordinary-layers.js";
import { type Parameters, within } from "../bcos/parameters.js";
import { timestepEmbedding } from "../bcos/timestep.js";
import { keep } from "../graph/ops/gate.js";
import { concat } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import type { UNetConfig } from "./config.js";
import { fromPatches, toPatches } from "./patches.js";

/** What a U-Net takes: pictures x [B, 6, H, W], time steps t [B] in 0..999, the prompt. */
export interface UNetInputs {
  readonly x: Tensor;
  readonly t: Tensor;
  readonly context: Context;
}

export interface UNet {
  /** Prediction [B, 6, H, W]. */
  readonly output: Tensor;
  /** Time embedding [B, 4 * modelChannels]: where it is added, a source beside the picture and the prompt. */
  readonly embedding: Tensor;
}

/** The layer family a configuration asks for. */
export function layersOf({ layers, groups }: UNetConfig): Layers {
  return layers.kind === "bcos" ? bcosLayers({ ...layers, groups }) : ordinaryLayers(groups);
}

/**
 * The U-Net of the paper (Appendix C) as a graph, parameters named as in the authors' state dict.
 *
 * Down: per level, residual blocks (with a spatial transformer at the attention factors), then a strided convolution.
 * Up: per level, one block more, each fed the matching output of the way down.
 */
export function unet(config: UNetConfig, parameters: Parameters, { x, t, context }: UNetInputs): UNet {
  const layers = layersOf(config);
  const { modelChannels, channelMultipliers, residualBlocks, attentionFactors, patch } = config;
  const at = (name: string) => within(parameters, name);
  const embedding = timeEmbedding(layers, config, parameters, t);
  const levels = channelMultipliers.length;

  const enterTime = config.time === "add" ? addTime : scaleByTime;
  const residual = (name: string, input: Tensor, width: number): Tensor =>
    residualBlock(layers, at(name), input, embedding, width, enterTime);
  const block = (prefix: string, input: Tensor, width: number, factor: number): Tensor => {
    const h = residual(`${prefix}.0`, input, width);
    return attentionFactors.includes(factor) ? transformer(layers, config, at(`${prefix}.1`), h, context) : h;
  };

  const patches = toPatches(x, patch);
  let h = keep(
    layers.conv(at("input_blocks.0.0"), patches, modelChannels, { kernel: 3, stride: 1 }, "stream"),
  );
  const skips = [h];
  for (const [level, multiplier] of channelMultipliers.entries()) {
    for (let i = 0; i < residualBlocks; i++) {
      h = block(`input_blocks.${skips.length}`, h, multiplier * modelChannels, 2 ** level);
      skips.push(h);
    }
    if (level === levels - 1) break;
    h = downsample(layers, at(`input_blocks.${skips.length}.0`), h);
    skips.push(h);
  }

  h = residual("middle_block.0", h, h.shape[1]!);
  h = transformer(layers, config, at("middle_block.1"), h, context);
  h = residual("middle_block.2", h, h.shape[1]!);

  let index = 0;
  for (let level = levels - 1; level >= 0; level--) {
    const factor = 2 ** level;
    for (let i = 0; i <= residualBlocks; i++) {
      const joined = concat([h, skips.pop()!], 1);
      h = block(`output_blocks.${index}`, joined, channelMultipliers[level]! * modelChannels, factor);
      if (level > 0 && i === residualBlocks) {
        const place = attentionFactors.includes(factor) ? 2 : 1;
        h = upsample(layers, at(`output_blocks.${index}.${place}`), h);
      }
      index++;
    }
  }

  const head = silu(layers.groupNorm(at("out.0"), h));
  const out = layers.finalConv(at("out.2"), head, config.channels * patch * patch);
  return { output: fromPatches(out, patch), embedding };
}

/** Sinusoids through a two-layer network: [B, 4 * modelChannels]. */
function timeEmbedding(
  layers: Layers,
  { modelChannels }: UNetConfig,
  parameters: Parameters,
  t: Tensor,
): Tensor {
  const width = 4 * modelChannels;
  const hidden = layers.time(within(parameters, "time_embed.0"), timestepEmbedding(t, modelChannels), width);
  return layers.time(within(parameters, "time_embed.2"), silu(hidden), width);
}

function transformer(
  layers: Layers,
  { headChannels, transformerDepth, transformerProjection, positions }: UNetConfig,
  parameters: Parameters,
  x: Tensor,
  context: Context,
): Tensor {
  return spatialTransformer(layers, parameters, x, context, {
    heads: x.shape[1]! / headChannels,
    depth: transformerDepth,
    projection: transformerProjection,
    place: positions === "queries" ? placed : unplaced,
  });
}
