import { add, multiply, scale, shift } from "../graph/ops/elementwise.js";
import { gate, keep } from "../graph/ops/gate.js";
import { matmul } from "../graph/ops/product.js";
import { softmax } from "../graph/ops/softmax.js";
import { reshape, transpose } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import { geglu } from "./activations.js";
import type { Layers } from "./layers.js";
import { type Parameters, within, zeros } from "./parameters.js";

/** Added to the score of a masked token: far below any score, and finite in float32. */
const maskedScore = 1e9;

/** What is attended to, and which of its tokens exist. */
export interface Context {
  readonly tokens: Tensor; // [B, M, C]
  /** 1 for a real token, 0 for padding; absent if all are real. */
  readonly mask?: Tensor; // [B, M]
  /** Is told, as the network is built, how much each head listens to each token: probabilities [B, h, N, M]. */
  readonly onAttention?: (probabilities: Tensor) => void;
}

/** What queries [B, N, width] are told beside what the pixels show that they come from. */
export type Placing = (parameters: Parameters, queries: Tensor) => Tensor;

/** Nothing, as in the paper. */
export const unplaced: Placing = (_, queries) => queries;

/**
 * Where they are: a learnt vector [N, width], nothing at the start. Queries only choose what is heard, so a position steers what is
 * painted there, and paints nothing itself.
 */
export const placed: Placing = (parameters, queries) =>
  add(queries, parameters("position", queries.shape.slice(1), zeros));

/**
 * Multi-head attention whose weights are a gate, so that only values carry contributions (Eq. 4).
 *
 * x [B, N, C] attends to context [B, M, C'] through heads of `width` channels in all, C unless given.
 * Values of masked tokens are zero, so a context without any token gives 0.
 */
export function attention(
  layers: Layers,
  parameters: Parameters,
  x: Tensor,
  { tokens, mask, onAttention }: Context,
  heads: number,
  width: number = x.shape[2]!,
  place: Placing = unplaced,
): Tensor {
  const [batch, pixels, channels] = x.shape;
  const size = width / heads;
  const split = (t: Tensor): Tensor =>
    transpose(reshape(t, [t.shape[0]!, t.shape[1]!, heads, size]), [0, 2, 1, 3]); // [B, h, N, d]
  const ofQueries = within(parameters, "to_q");
  const q = split(scale(place(ofQueries, layers.query(ofQueries, x, width)), size ** -0.5));
  const k = split(layers.query(within(parameters, "to_k"), tokens, width));
  const values = layers.value(within(parameters, "to_v"), tokens, width); // [B, M, width]
  const v = split(mask ? multiply(values, reshape(mask, [...mask.shape, 1])) : values);
  const scores = matmul(q, k, { transposeB: true }); // [B, h, N, M]
  const masked = mask
    ? add(scores, reshape(scale(shift(mask, -1), maskedScore), [batch!, 1, 1, mask.shape[1]!]))
    : scores;
  const probabilities = softmax(masked); // [B, h, N, M]
  onAttention?.(probabilities);
  const heard = matmul(gate(probabilities), v); // [B, h, N, d]
  const merged = reshape(transpose(heard, [0, 2, 1, 3]), [batch!, pixels!, width]);
  return layers.linear(within(parameters, "to_out.0"), merged, channels!);
}

/**
 * GEGLU feed-forward layer: C to value and gate halves of `width` (4C unless given), and back.
 *
 * Only the value half carries contributions.
 */
export function feedForward(
  layers: Layers,
  parameters: Parameters,
  x: Tensor,
  width: number = 4 * x.shape.at(-1)!,
): Tensor {
  const channels = x.shape.at(-1)!;
  const both = layers.linear(within(parameters, "net.0.proj"), x, 2 * width);
  return layers.linear(within(parameters, "net.2"), geglu(both), channels);
}

/** Self-attention, cross-attention and feed-forward layer on tokens x [B, N, C], each behind a norm and a skip. */
export function transformerBlock(
  layers: Layers,
  parameters: Parameters,
  x: Tensor,
  context: Context,
  heads: number,
  place: Placing = unplaced,
): Tensor {
  const width = x.shape[2]!;
  const norm = (name: string, t: Tensor) => layers.layerNorm(within(parameters, name), t);
  const own = norm("norm1", x);
  const attend = (name: string, from: Tensor, to: Context) =>
    attention(layers, within(parameters, name), from, to, heads, width, place);
  const a = keep(add(x, attend("attn1", own, { tokens: own })));
  const b = keep(add(a, attend("attn2", norm("norm2", a), context)));
  return keep(add(b, feedForward(layers, within(parameters, "ff"), norm("norm3", b))));
}
