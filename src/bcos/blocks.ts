import { constant } from "../graph/ops/constant.js";
import { add, shift } from "../graph/ops/elementwise.js";
import { gate, keep } from "../graph/ops/gate.js";
import { matmul } from "../graph/ops/product.js";
import { broadcastTo, reshape, transpose } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import { silu } from "./activations.js";
import { type Context, type Placing, transformerBlock } from "./attention.js";
import type { Layers } from "./layers.js";
import { plainLinear } from "./ordinary-layers.js";
import { type Parameters, within } from "./parameters.js";

/**
 * How the time embedding [B, E] enters a residual block: from the first convolution's x [B, C, H, W] to the second norm.
 */
export type TimeEntry = (layers: Layers, parameters: Parameters, x: Tensor, embedding: Tensor) => Tensor;

/** Time is added to every channel, as in the paper: a source of its own beside the prompt. */
export const addTime: TimeEntry = (layers, parameters, x, embedding) => {
  const time = layers.linear(within(parameters, "emb_layers.1"), silu(embedding), x.shape[1]!); // [B, C]
  return layers.groupNorm(within(parameters, "out_layers.0"), add(x, reshape(time, [...time.shape, 1, 1])));
};

/** Time scales every channel after the norm: a gate, which decides how much is painted and paints nothing itself. */
export const scaleByTime: TimeEntry = (layers, parameters, x, embedding) => {
  const time = plainLinear(within(parameters, "emb_layers.1"), silu(embedding), x.shape[1]!, "branchEnd"); // [B, C]
  const modulation = gate(shift(reshape(time, [...time.shape, 1, 1]), 1));
  return layers.groupNorm(within(parameters, "out_layers.0"), x, modulation);
};

/**
 * Residual block on x [B, C, H, W] with the time embedding [B, E]: [B, width, H, W].
 *
 * Norm, SiLU, conv, time and norm, SiLU, conv, + skip.
 */
export function residualBlock(
  layers: Layers,
  parameters: Parameters,
  x: Tensor,
  embedding: Tensor,
  width: number,
  enterTime: TimeEntry = addTime,
): Tensor {
  const at = (name: string) => within(parameters, name);
  const plain = { kernel: 3, stride: 1 } as const;
  const first = layers.conv(at("in_layers.2"), silu(layers.groupNorm(at("in_layers.0"), x)), width, plain);
  const timed = enterTime(layers, parameters, first, embedding);
  const second = layers.conv(at("out_layers.3"), silu(timed), width, plain, "branchEnd");
  const narrow = { kernel: 1, stride: 1 } as const;
  const skip = x.shape[1] === width ? x : layers.conv(at("skip_connection"), x, width, narrow, "stream");
  return keep(add(skip, second));
}

/** How a spatial transformer is put together. */
export interface TransformerSettings {
  readonly heads: number;
  readonly depth: number;
  /** Projections into and out of the blocks act on tokens (linear) or on the picture (1x1 convolution). */
  readonly projection: "linear" | "conv";
  /** What queries are told of their place: nothing unless given. */
  readonly place?: Placing | undefined;
}

/** Attention over the pixels of x [B, C, H, W] and over the context: norm, project, blocks, project, + x. */
export function spatialTransformer(
  layers: Layers,
  parameters: Parameters,
  x: Tensor,
  context: Context,
  { heads, depth, projection, place }: TransformerSettings,
): Tensor {
  const at = (name: string) => within(parameters, name);
  const [batch, channels, height, width] = x.shape;
  const toTokens = (t: Tensor) => transpose(reshape(t, [batch!, channels!, height! * width!]), [0, 2, 1]);
  const toPicture = (t: Tensor) => reshape(transpose(t, [0, 2, 1]), x.shape);
  const normal = layers.entryNorm(at("norm"), x);
  const narrow = { kernel: 1, stride: 1 } as const;
  let tokens =
    projection === "linear"
      ? layers.linear(at("proj_in"), toTokens(normal), channels!)
      : toTokens(layers.conv(at("proj_in"), normal, channels!, narrow)); // [B, H * W, C]
  for (let block = 0; block < depth; block++) {
    tokens = transformerBlock(layers, at(`transformer_blocks.${block}`), tokens, context, heads, place);
  }
  const out =
    projection === "linear"
      ? toPicture(layers.linear(at("proj_out"), tokens, channels!, "branchEnd"))
      : layers.conv(at("proj_out"), toPicture(tokens), channels!, narrow, "branchEnd");
  return keep(add(x, out));
}

/** Halves the sides of x [B, C, H, W] with a strided convolution. */
export const downsample = (layers: Layers, parameters: Parameters, x: Tensor): Tensor =>
  keep(layers.conv(within(parameters, "op"), x, x.shape[1]!, { kernel: 3, stride: 2 }, "stream"));

/** Doubles the sides of x [B, C, H, W]: nearest neighbour, then a convolution. */
export const upsample = (layers: Layers, parameters: Parameters, x: Tensor): Tensor =>
  keep(layers.conv(within(parameters, "conv"), nearest(x), x.shape[1]!, { kernel: 3, stride: 1 }, "stream"));

/**
 * Repeats every pixel of x [B, C, H, W] twice in both directions.
 *
 * Rows are repeated as a whole; within a row a product with zeros and ones does it, many times as fast as copying numbers one by
 * one, and exactly.
 */
export function nearest(x: Tensor): Tensor {
  const [batch, channels, height, width] = x.shape;
  const rows = reshape(x, [batch!, channels! * height!, width!]);
  const wide = matmul(rows, constant(twice(width!), [width!, 2 * width!])); // [B, C H, 2 W]
  const apart = reshape(wide, [batch!, channels!, height!, 1, 2 * width!]);
  const repeated = broadcastTo(apart, apart.shape.with(3, 2));
  return reshape(repeated, [batch!, channels!, 2 * height!, 2 * width!]);
}

/** Row i has ones at 2 i and 2 i + 1 [width, 2 width]. */
function twice(width: number): Float32Array {
  const ones = new Float32Array(2 * width * width);
  for (let i = 0; i < width; i++) ones.fill(1, 2 * i * (width + 1), 2 * i * (width + 1) + 2);
  return ones;
}
