import type { Tensor } from "../graph/tensor.js";
import type { Parameters } from "./parameters.js";

/** Kernel side and stride of a convolution; the margin is half the kernel. */
export interface Kernel {
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
}

/**
 * Where a layer stands: inside a residual branch; at its end, where it starts near zero, so that the branch starts silent;
 * or on the stream that the branches add to.
 */
export type Role = "inner" | "branchEnd" | "stream";

/**
 * The layers a U-Net is made of, in one of two families: B-cos (no additive constants, dynamic factors gated) or ordinary.
 *
 * Tokens are [B, N, C], pictures [B, C, H, W].
 */
export interface Layers {
  /** x [..., C] to [..., width]. */
  linear(parameters: Parameters, x: Tensor, width: number, role?: Role): Tensor;
  /** A query or key projection of attention: x [..., C] to [..., width]. */
  query(parameters: Parameters, x: Tensor, width: number): Tensor;
  /** A layer of the time embedding: x [B, C] to [B, width]. */
  time(parameters: Parameters, x: Tensor, width: number): Tensor;
  /** The value projection of attention: `linear` that never has a bias. */
  value(parameters: Parameters, x: Tensor, width: number): Tensor;
  /** x [B, C, H, W] to [B, width, H', W']. */
  conv(parameters: Parameters, x: Tensor, width: number, kernel: Kernel, role?: Role): Tensor;
  /** The network's last convolution. */
  finalConv(parameters: Parameters, x: Tensor, width: number): Tensor;
  /** Group normalisation with a weight per channel, which a modulation [B, C, 1, 1] multiplies. */
  groupNorm(parameters: Parameters, x: Tensor, modulation?: Tensor): Tensor;
  /** Group normalisation at the entry of a spatial transformer. */
  entryNorm(parameters: Parameters, x: Tensor): Tensor;
  /** Layer normalisation of tokens with a weight per channel. */
  layerNorm(parameters: Parameters, x: Tensor): Tensor;
}
