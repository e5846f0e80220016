import { type Parameters, remembering } from "../bcos/parameters.js";
import { gradients } from "../graph/gradient.js";
import { input } from "../graph/ops/constant.js";
import { log, multiply, negate, scale, shift } from "../graph/ops/elementwise.js";
import { sum } from "../graph/ops/reduce.js";
import { softmax } from "../graph/ops/softmax.js";
import { concat, reshape, slice } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import { collectParameters } from "../model/weights.js";
import { HEAD_NAMES, HEADS, type Head, headOffsets } from "./labels.js";

/** Keeps the logarithm finite where a probability has underflown. */
const epsilon = 1e-12;

/** Which hat it is takes the longest to learn: hats are small. */
const HAT_WEIGHT = 3;

/**
 * Cross-entropy of logits [B, 55] against one-hot targets [B, 55], summed over the heads with a weight each: [B, 1, 1, 1].
 * A head without a target adds nothing.
 */
export function surprise(logits: Tensor, target: Tensor, weightOf: (head: Head) => number): Tensor {
  const logarithms = HEAD_NAMES.map((head) => {
    const start = headOffsets.offsets.get(head)!;
    const own = slice(logits, 1, start, start + HEADS[head].length);
    return scale(log(shift(softmax(own), epsilon)), weightOf(head));
  });
  const each = negate(multiply(target, concat(logarithms, 1))); // [B, 55]
  return reshape(sum(each, [1]), [each.shape[0]!, 1, 1, 1]);
}

const surpriseWeight = (head: Head): number => (head === "hat" ? HAT_WEIGHT : 1);

/** What a classifier says, [B, 55], of pictures x [B, 3, 64, 64] in 0..1. */
export type LogitsOf = (parameters: Parameters, x: Tensor) => Tensor;

/** Surprise of a classifier, hats threefold, summed over pictures `x` [B, 3, 64, 64] of which `target` [B, 55] is to be said. */
export const totalSurprise = (logits: Tensor, target: Tensor): Tensor =>
  sum(surprise(logits, target, surpriseWeight), [0]);

/** Mean surprise of a classifier at input `x` [B, 3, 64, 64], as `shown` shows it, and its gradients; input `target` [B, 55]. */
export function classifierObjective(batch: number, logitsOf: LogitsOf, shown: Shown = asTheyAre) {
  const x = input("x", [batch, 3, 64, 64]);
  const target = input("target", [batch, headOffsets.total]);
  const { network: logits, parameters } = collectParameters((parameter) => {
    const shared = remembering(parameter);
    const says: Says = (pictures) => logitsOf(shared, pictures);
    return says(shown(x, target, says));
  });
  const errors = surprise(logits, target, surpriseWeight);
  const wanted = gradients(
    scale(sum(errors, [0]), 1 / batch),
    parameters.map(({ tensor }) => tensor),
  );
  return { errors, terms: {}, parameters: parameters.map((spec, i) => ({ ...spec, gradient: wanted[i]! })) };
}

type Says = (x: Tensor) => Tensor;
/** Pictures as a classifier is shown them, of those that there are, what is to be said of them, and what it says. */
export type Shown = (x: Tensor, target: Tensor, says: Says) => Tensor;

export const asTheyAre: Shown = (x) => x;
