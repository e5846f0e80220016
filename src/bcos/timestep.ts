import { constant } from "../graph/ops/constant.js";
import { cos, multiply, sin } from "../graph/ops/elementwise.js";
import { concat, reshape } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";

/** Sinusoids [cos | sin] of time steps t [B] at `width` / 2 frequencies from 1 to 1/10000: [B, width]. */
export function timestepEmbedding(t: Tensor, width: number): Tensor {
  const half = width / 2;
  const frequencies = Float32Array.from({ length: half }, (_, i) => Math.exp((-Math.log(10000) * i) / half));
  const angles = multiply(reshape(t, [t.shape[0]!, 1]), constant(frequencies, [1, half])); // [B, half]
  return concat([cos(angles), sin(angles)], 1);
}
