import { headOffsets } from "../classifier/labels.js";
import { surprise } from "../classifier/objective.js";
import { readerOf } from "../classifier/reader.js";
import type { Readers } from "../classifier/readers.js";
import { residualReaderLogits } from "../classifier/residual-reader.js";
import { constant, input } from "../graph/ops/constant.js";
import { add, scale } from "../graph/ops/elementwise.js";
import { sum } from "../graph/ops/reduce.js";
import { slice } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import type { Weights } from "../model/weights.js";
import type { Term } from "./objective.js";

/** What readers make of pictures. */
export interface Reading {
  /** The plain reader's maps of features, finest first. */
  readonly maps: readonly Tensor[];
  /** What each reader says, [B, 55]. */
  readonly logits: readonly Tensor[];
}

/** What readers make of pictures [B, 6, H, W]; their weights are constants. */
export function reading(pictures: Tensor, { plain, residual }: Readers): Reading {
  const rgb = slice(pictures, 1, 0, 3);
  const constants = (weights: Weights) => (name: string, shape: Tensor["shape"]) =>
    constant(weightOf(weights, name), shape);
  const { maps, logits } = readerOf(constants(plain), rgb);
  return { maps, logits: [logits, residualReaderLogits(constants(residual), rgb)] };
}

/** What each caption asks for, [B, 55]; a row of zeros asks nothing. */
export const seenInput = (batch: number): Tensor => input("seen", [batch, headOffsets.total]);

/** 1 for a picture that readers are asked about, 0 for one that has too little noise, [B, 1]. */
export const doubtedInput = (batch: number): Tensor => input("doubted", [batch, 1]);

/**
 * The readers' mean surprise at pictures of which each says logits [B, 55], over what each caption asks for, `seen`: its sum, and
 * how many pictures were asked about.
 *
 * Where little is left of a picture, the squared error is least for the mean of all that it may be; this asks the mean to look
 * like what it is called.
 */
export function recognitionTerm(logits: readonly Tensor[], seen: Tensor): Term {
  const surprises = logits.map((each) => surprise(each, seen, () => 1)).reduce(add);
  const total = scale(sum(surprises, [0]), 1 / logits.length); // [1, 1, 1, 1]
  // every picture that is asked about has an object
  const object = slice(seen, 1, headOffsets.offsets.get("object")!, headOffsets.offsets.get("objectColour")!);
  return { total, count: sum(object, [0, 1]) };
}

function weightOf(weights: Weights, name: string): Float32Array {
  const values = weights.get(name);
  if (values === undefined) throw new Error(`the reader lacks ${name}`);
  return values;
}
