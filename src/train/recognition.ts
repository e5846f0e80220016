import { headOffsets } from "../classifier/labels.js";
import { surprise } from "../classifier/objective.js";
import { readerLogits } from "../classifier/reader.js";
import { constant, input } from "../graph/ops/constant.js";
import { sum } from "../graph/ops/reduce.js";
import { slice } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import type { Weights } from "../model/weights.js";
import type { Term } from "./objective.js";

/**
 * The reader's surprise at predicted pictures `output` [B, 6, H, W], over what each caption asks for: its sum, and how many
 * pictures were asked about. Input `seen` [B, 55] says what there is to see; a row of zeros asks nothing.
 *
 * Where little is left of a picture, the squared error is least for the mean of all that it may be; this asks the mean to look
 * like what it is called. The reader's weights are constants.
 */
export function recognitionTerm(output: Tensor, reader: Weights): Term {
  const batch = output.shape[0]!;
  const seen = input("seen", [batch, headOffsets.total]);
  const rgb = slice(output, 1, 0, 3);
  const logits = readerLogits((name, shape) => constant(weightOf(reader, name), shape), rgb);
  const total = sum(
    surprise(logits, seen, () => 1),
    [0],
  ); // [1, 1, 1, 1]
  // every picture that is asked about has an object
  const object = slice(seen, 1, headOffsets.offsets.get("object")!, headOffsets.offsets.get("objectColour")!);
  return { total, count: sum(object, [0, 1]) };
}

function weightOf(reader: Weights, name: string): Float32Array {
  const values = reader.get(name);
  if (values === undefined) throw new Error(`the reader lacks ${name}`);
  return values;
}
