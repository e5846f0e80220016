import type { Parameters } from "../bcos/parameters.js";
import { abs, add, negate, scale, shift } from "../graph/ops/elementwise.js";
import { hold } from "../graph/ops/gate.js";
import { mean, sum } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import { criticScores } from "./critic.js";
import type { Reading } from "./recognition.js";

/** Sums over the batch, [1, 1, 1, 1] each. */
export interface RealismTerms {
  /** How little predictions look drawn: the critic's scores of them, negated. The network learns from it and the critic does not. */
  readonly plainness: Tensor;
  /** How badly the critic tells drawn from predicted: a hinge loss, 2 for one that can't. The critic learns from it and the network does not. */
  readonly mistaken: Tensor;
}

/**
 * The two sides of an adversarial term, over what a reader makes of predicted and of drawn pictures of the same captions.
 *
 * The squared error is least for the mean of all that a picture may be, and a mean of drawings looks like none of them; this asks
 * a prediction to look like a drawing. (Goodfellow et al. 2014; with the hinge of Lim and Ye 2017.)
 */
export function realismTerms(
  parameters: Parameters,
  { predicted, drawn }: { predicted: Reading["maps"]; drawn: Reading["maps"] },
  seen: Tensor,
): RealismTerms {
  const held: Parameters = (name, shape, start) => hold(parameters(name, shape, start));
  const total = (scores: Tensor) => reshape(sum(mean(scores, [1]), [0]), [1, 1, 1, 1]);
  const ofPredicted = criticScores(parameters, predicted.map(hold), seen);
  const ofDrawn = criticScores(parameters, drawn.map(hold), seen);
  return {
    plainness: negate(total(criticScores(held, predicted, seen))),
    mistaken: add(total(positive(shift(ofPredicted, 1))), total(positive(shift(negate(ofDrawn), 1)))),
  };
}

const positive = (x: Tensor): Tensor => scale(add(x, abs(x)), 0.5);
