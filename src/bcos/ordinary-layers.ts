import { conv } from "../graph/ops/convolution.js";
import { add, multiply } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/product.js";
import { reshape } from "../graph/ops/structure.js";
import type { Shape } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import type { Layers, Role } from "./layers.js";
import { channelWeight, groupStandardise, layerStandardise } from "./norms.js";
import { fanInUniform, type Parameters, zeros } from "./parameters.js";

/** x w^T + bias of x [..., C]. */
export function affine(parameters: Parameters, x: Tensor, width: number, role: Role = "inner"): Tensor {
  const fanIn = x.shape.at(-1)!;
  const bias = parameters("bias", [width], role === "branchEnd" ? zeros : fanInUniform(fanIn));
  return add(plainLinear(parameters, x, width, role), bias);
}

/** x w^T of x [..., C]: no bias, not B-cos. */
export function plainLinear(parameters: Parameters, x: Tensor, width: number, role: Role = "inner"): Tensor {
  const fanIn = x.shape.at(-1)!;
  const start = role === "branchEnd" ? zeros : fanInUniform(fanIn);
  return matmul(x, parameters("weight", [width, fanIn], start), { transposeB: true });
}

function affineConv(
  parameters: Parameters,
  x: Tensor,
  width: number,
  { kernel, stride }: { kernel: number; stride: number },
  role: Role = "inner",
): Tensor {
  const shape: Shape = [width, x.shape[1]!, kernel, kernel];
  const start = role === "branchEnd" ? zeros : fanInUniform(x.shape[1]! * kernel * kernel);
  const y = conv(x, parameters("weight", shape, start), { stride, padding: (kernel - 1) / 2 });
  return add(y, reshape(parameters("bias", [width], start), [1, width, 1, 1]));
}

/** Weight and bias per channel, laid out as `shape` to broadcast over a normalised tensor. */
function affineNorm(parameters: Parameters, normal: Tensor, shape: Shape, modulation?: Tensor): Tensor {
  const channels = shape.reduce((product, size) => product * size, 1);
  const scaled = multiply(normal, channelWeight(parameters, shape, modulation));
  return add(scaled, reshape(parameters("bias", [channels], zeros), shape));
}

/** Layer normalisation of tokens x [..., C] with a weight and a bias per channel. */
export const affineLayerNorm = (parameters: Parameters, x: Tensor): Tensor =>
  affineNorm(parameters, layerStandardise(x), [x.shape.at(-1)!]);

/** All layers in their ordinary form, with biases: the paper's vanilla network. */
export function ordinaryLayers(groups: number): Layers {
  const pictureNorm = (p: Parameters, x: Tensor, epsilon: number, modulation?: Tensor): Tensor =>
    affineNorm(p, groupStandardise(x, groups, epsilon), [1, x.shape[1]!, 1, 1], modulation);
  return {
    linear: affine,
    query: (p, x, width) => plainLinear(p, x, width),
    time: (p, x, width) => affine(p, x, width),
    value: (p, x, width) => plainLinear(p, x, width),
    conv: affineConv,
    finalConv: (p, x, width) => affineConv(p, x, width, { kernel: 3, stride: 1 }, "branchEnd"),
    groupNorm: (p, x, modulation) => pictureNorm(p, x, 1e-5, modulation),
    entryNorm: (p, x) => pictureNorm(p, x, 1e-6),
    layerNorm: affineLayerNorm,
  };
}
