import { constant } from "../graph/ops/constant.js";
import { cos, multiply, sin } from "../graph/ops/elementwise.js";
import { concat, reshape } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";

/**
 * Sinusoids [cos | sin] of time steps t [B] at `width` / 2 frequencies from 1 to 1/10000: [B, width].
 *
 * The frequencies are rounded to float32 at every step, as in the networks whose weights are loaded: at t near 1000
 * a frequency's last bit moves its sinusoid by as much as 1e-4.
 */
export function timestepEmbedding(t: Tensor, width: number): Tensor {
  const half = width / 2;
  const { fround } = Math;
  const frequency = (i: number) => Math.exp(fround(fround(fround(-Math.log(10000)) * i) / half));
  const frequencies = Float32Array.from({ length: half }, (_, i) => frequency(i));
  const angles = multiply(reshape(t, [t.shape[0]!, 1]), constant(frequencies, [1, half])); // [B, half]
  return concat([cos(angles), sin(angles)], 1);
}
