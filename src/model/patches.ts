import { reshape, transpose } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";

/** Space to depth: x [B, C, H, W] to [B, C * p * p, H / p, W / p]; a permutation, so exact for contributions. */
export function toPatches(x: Tensor, patch: number): Tensor {
  const [batch, channels, height, width] = x.shape;
  const [rows, columns] = [height! / patch, width! / patch];
  if (patch === 1) return x;
  const apart = reshape(x, [batch!, channels!, rows, patch, columns, patch]);
  return reshape(transpose(apart, [0, 1, 3, 5, 2, 4]), [batch!, channels! * patch * patch, rows, columns]);
}

/** Depth to space: the inverse of `toPatches`. */
export function fromPatches(x: Tensor, patch: number): Tensor {
  const [batch, packed, rows, columns] = x.shape;
  const channels = packed! / (patch * patch);
  if (patch === 1) return x;
  const apart = reshape(x, [batch!, channels, patch, patch, rows!, columns!]);
  return reshape(transpose(apart, [0, 1, 4, 2, 5, 3]), [batch!, channels, rows! * patch, columns! * patch]);
}
