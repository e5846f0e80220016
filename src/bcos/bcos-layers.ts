import { conv } from "../graph/ops/convolution.js";
import { multiply, reciprocal, scale, sqrt } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/product.js";
import { isMaximum, sum, sumOfSquares } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/structure.js";
import type { Shape } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import { bcosConv, bcosLinear, bcosScale, inverseNorm, inversePatchNorm, powerOf } from "./cosine.js";
import { groupNorm } from "./group-norm.js";
import type { Layers, Role } from "./layers.js";
import { channelWeight, groupStandardise, layerStandardise } from "./norms.js";
import { affine, plainLinear } from "./ordinary-layers.js";
import { fanInUniform, ones, type Parameters, type Start } from "./parameters.js";

/** How far a layer's weights are tied to unit length. */
export type WeightLength =
  /** Rows of unit length: outputs are bounded by the input. */
  | "unit"
  /** Rows as they are: ||w|| |cos| (w/||w||).x, a free gain per output. */
  | "free"
  /** Rows as they are, times a constant under which activations keep their size at the start, (fanIn / 3)^((B-1)/2). */
  | "scaled";

export interface BcosSettings {
  /** Exponent of linear layers and of the final convolution; any real number from 1. */
  readonly b: number;
  /** Exponent of all other convolutions. */
  readonly convB: number;
  /** Filters per output, of which the largest response is kept. */
  readonly maxOut: number;
  readonly weights: WeightLength;
  readonly finalWeights: WeightLength;
  /** Exponent of the final convolution, where neither `b` (for free weights) nor `convB` is meant. */
  readonly finalB?: number | undefined;
  /** Exponent of the convolutions that carry the picture past the residual branches, where `convB` is not meant. */
  readonly streamB?: number | undefined;
  readonly groups: number;
  /** Query and key projections, and the time embedding's layers; default: plain, as in the authors' code. */
  readonly queries?: "plain" | "bcos";
  readonly timeEmbedding?: "plain" | "bcos";
}

type LayerSettings = Pick<BcosSettings, "b" | "maxOut" | "weights">;

/** A B-cos linear layer (Böhle et al. 2022): x [..., C] to [..., width]. */
export function linear(
  parameters: Parameters,
  x: Tensor,
  width: number,
  settings: LayerSettings,
  role: Role = "inner",
): Tensor {
  const { b, maxOut } = settings;
  const rows = rowsOf(parameters, [width * maxOut, x.shape.at(-1)!], settings, role);
  if (b === 1 && maxOut === 1) return matmul(x, plain(rows), { transposeB: true });
  if (maxOut === 1) return bcosLinear(x, rows.raw, rows.factor, b);
  const u = matmul(x, unit(rows), { transposeB: true }); // [..., width * maxOut]
  return respond(u, rows.gain, u.shape.length - 1, inverseNorm(x), settings);
}

/** A B-cos convolution: x [B, C, H, W] to [B, width, H', W'], zero margin. */
export function convolution(
  parameters: Parameters,
  x: Tensor,
  width: number,
  window: { readonly kernel: number; readonly stride: number; readonly padding: number },
  settings: LayerSettings,
  role: Role = "inner",
): Tensor {
  const { b, maxOut } = settings;
  const shape = [width * maxOut, x.shape[1]!, window.kernel, window.kernel];
  const rows = rowsOf(parameters, shape, settings, role);
  if (b === 1 && maxOut === 1) return conv(x, plain(rows), window);
  if (maxOut === 1) return bcosConv(x, rows.raw, rows.factor, window, b);
  const u = conv(x, unit(rows), window); // [B, width * maxOut, H', W']
  return respond(u, rows.gain, 1, inversePatchNorm(x, rows.raw, window), settings);
}

/** All layers in their B-cos form. */
export function bcosLayers(settings: BcosSettings): Layers {
  const { b, convB, maxOut, weights, finalWeights, groups, queries, timeEmbedding } = settings;
  const finalB = settings.finalB ?? (finalWeights === "free" ? b : convB);
  const convBOf = (role?: Role) => (role === "stream" ? (settings.streamB ?? convB) : convB);
  const same = (kernel: number, stride: number) => ({ kernel, stride, padding: (kernel - 1) / 2 });
  return {
    linear: (p, x, width, role) => linear(p, x, width, { b, maxOut, weights }, role),
    query: (p, x, width) =>
      queries === "bcos" ? linear(p, x, width, { b, maxOut, weights }) : plainLinear(p, x, width),
    time: (p, x, width) =>
      timeEmbedding === "bcos" ? linear(p, x, width, { b, maxOut, weights }) : affine(p, x, width),
    value: (p, x, width) => linear(p, x, width, { b, maxOut, weights }),
    conv: (p, x, width, { kernel, stride }, role) =>
      convolution(p, x, width, same(kernel, stride), { b: convBOf(role), maxOut, weights }, role),
    finalConv: (p, x, width) =>
      convolution(p, x, width, same(3, 1), { b: finalB, maxOut, weights: finalWeights }, "branchEnd"),
    groupNorm: (p, x, modulation) =>
      groupNorm(x, channelWeight(p, [1, x.shape[1]!, 1, 1], modulation), groups, 1e-5),
    entryNorm: (_, x) => groupStandardise(x, groups, 1e-6),
    layerNorm: (p, x) => multiply(layerStandardise(x), p("weight", [x.shape.at(-1)!], ones)),
  };
}

interface Rows {
  /** As learned, [C', ...]. */
  readonly raw: Tensor;
  /** 1/||w|| of each row, [C', 1, ...]. */
  readonly inverseLength: Tensor;
  /** What a row is multiplied by: its inverse length and, since the response goes with |u|^B, the B-th root of its gain. */
  readonly factor: Tensor;
  /** Each row's gain, [C', 1, ...]; absent where every gain is 1. */
  readonly gain?: Tensor;
}

/** Rows as a layer with B = 1 has them: of unit length, or as they are. */
const plain = (rows: Rows): Tensor => (rows.gain === undefined ? unit(rows) : rows.raw);

/** Rows of unit length. */
const unit = ({ raw, inverseLength }: Rows): Tensor => multiply(raw, inverseLength);

function rowsOf(parameters: Parameters, shape: Shape, { b, weights }: LayerSettings, role: Role): Rows {
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
  const axes = shape.slice(1).map((_, i) => i + 1);
  // Near-zero weights of unit-length rows are a random direction at full strength: no silent start, but no bias either.
  const start: Start = role === "branchEnd" ? { kind: "normal", deviation: 1e-8 } : fanInUniform(fanIn);
  const raw = parameters("linear.weight", shape, start);
  const length = sqrt(sumOfSquares(raw, axes)); // [C', 1, ...]
  const inverseLength = reciprocal(length);
  if (weights === "unit") return { raw, inverseLength, factor: inverseLength };
  // Random rows of unit length have |cos|^(B-1) of about (fanIn / 3)^((1-B)/2).
  const constant = weights === "free" ? 1 : (fanIn / 3) ** ((b - 1) / 2);
  const factor = scale(powerOf(inverseLength, 1 - 1 / b), constant ** (1 / b));
  return { raw, inverseLength, factor, gain: scale(length, constant) };
}

/** The response to projections u on unit rows, for any B and max-out: gain |cos|^(B-1) u of the strongest filter. */
function respond(
  u: Tensor,
  gain: Tensor | undefined,
  axis: number,
  inverse: Tensor,
  { b, maxOut }: LayerSettings,
): Tensor {
  const spread = u.shape.map((size, i) => (i === axis ? size : 1));
  const amplified = gain ? multiply(u, reshape(gain, spread)) : u;
  if (maxOut === 1) return bcosScale(u, amplified, inverse, b);
  const width = u.shape[axis]! / maxOut;
  const split = [...u.shape.slice(0, axis), width, maxOut, ...u.shape.slice(axis + 1)];
  const strongest = isMaximum(reshape(amplified, split), axis + 1);
  const keep = (x: Tensor): Tensor =>
    reshape(sum(multiply(reshape(x, split), strongest), [axis + 1]), u.shape.with(axis, width));
  return bcosScale(keep(u), keep(amplified), inverse, b);
}
