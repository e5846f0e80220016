import { gradients } from "../../graph/gradient.js";
import { input } from "../../graph/ops/constant.js";
import { log, multiply, negate, scale, shift } from "../../graph/ops/elementwise.js";
import { sum } from "../../graph/ops/reduce.js";
import { softmax } from "../../graph/ops/softmax.js";
import { concat, reshape, slice } from "../../graph/ops/structure.js";
import { collectParameters } from "../../model/weights.js";
import type { Objective } from "../../train/objective.js";
import { HEAD_NAMES, HEADS, headOffsets } from "./labels.js";
import { classifierLogits } from "./network.js";

/** Keeps the logarithm finite where a probability has underflown. */
const epsilon = 1e-12;

/** Which hat it is takes the longest to learn: hats are small. */
const HAT_WEIGHT = 3;

/** Cross-entropy summed over the heads, hats threefold, of pictures `x` [B, 3, 64, 64] against one-hot `target` [B, 55]. */
export function classifierObjective(batch: number): Objective {
  const x = input("x", [batch, 3, 64, 64]);
  const target = input("target", [batch, headOffsets.total]);
  const { network: logits, parameters } = collectParameters((parameter) => classifierLogits(parameter, x));
  const logarithms = HEAD_NAMES.map((head) => {
    const start = headOffsets.offsets.get(head)!;
    const own = slice(logits, 1, start, start + HEADS[head].length);
    return scale(log(shift(softmax(own), epsilon)), head === "hat" ? HAT_WEIGHT : 1);
  });
  const surprise = negate(multiply(target, concat(logarithms, 1))); // [B, 55]
  const errors = reshape(sum(surprise, [1]), [batch, 1, 1, 1]);
  const wanted = gradients(
    scale(sum(errors, [0]), 1 / batch),
    parameters.map(({ tensor }) => tensor),
  );
  return { errors, terms: {}, parameters: parameters.map((spec, i) => ({ ...spec, gradient: wanted[i]! })) };
}
