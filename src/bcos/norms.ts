import { multiply } from "../graph/ops/elementwise.js";
import { standardise } from "../graph/ops/standardise.js";
import { reshape } from "../graph/ops/structure.js";
import type { Shape } from "../graph/shape.js";
import { ShapeError } from "../graph/shape-error.js";
import type { Tensor } from "../graph/tensor.js";
import { ones, type Parameters } from "./parameters.js";

/** Pictures x [B, C, H, W] as [B, groups, C H W / groups]. Throws ShapeError if the channels do not divide. */
export function grouped(x: Tensor, groups: number): Tensor {
  const [batch, channels, height, width] = x.shape;
  if (channels! % groups !== 0) {
    throw new ShapeError(`group norm: ${channels} channels do not divide into ${groups} groups`);
  }
  return reshape(x, [batch!, groups, (channels! / groups) * height! * width!]);
}

/** Pictures x [B, C, H, W] with mean 0 and variance 1 in each of `groups` groups of channels. */
export const groupStandardise = (x: Tensor, groups: number, epsilon: number): Tensor =>
  reshape(standardise(grouped(x, groups), 2, epsilon), x.shape);

/** Tokens x [..., C] with mean 0 and variance 1 each. */
export const layerStandardise = (x: Tensor): Tensor => standardise(x, x.shape.length - 1, 1e-5);

/** A learned weight per channel, laid out as `shape`, times a modulation of its own per picture. */
export function channelWeight(parameters: Parameters, shape: Shape, modulation?: Tensor): Tensor {
  const channels = shape.reduce((product, size) => product * size, 1);
  const weight = reshape(parameters("weight", [channels], ones), shape);
  return modulation === undefined ? weight : multiply(weight, modulation);
}
