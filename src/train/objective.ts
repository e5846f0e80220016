import { type Parameters, remembering } from "../bcos/parameters.js";
import type { Readers } from "../classifier/readers.js";
import { gradients } from "../graph/gradient.js";
import { input, scalar } from "../graph/ops/constant.js";
import { add, multiply, scale, shift, subtract } from "../graph/ops/elementwise.js";
import { sum, sumOfSquares } from "../graph/ops/reduce.js";
import { concat, slice } from "../graph/ops/structure.js";
import { recomputingGradients } from "../graph/recompute.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import { modelInputs } from "../model/graphs.js";
import type { ModelConfig } from "../model/model-config.js";
import { type ModelInputs, model } from "../model/network.js";
import { contextLength } from "../model/text-config.js";
import { collectParameters, type ParameterSpec } from "../model/weights.js";
import { guidanceInputs, guidedTarget } from "./built-in-guidance.js";
import type { TrainConfig } from "./config.js";
import { groundedPictures, groundingInputs, groundingTerms } from "./grounding.js";
import { type Practice, practicePictures, rehearsalInputs } from "./practice.js";
import { realismTerms } from "./realism.js";
import { doubtedInput, reading, recognitionTerm, seenInput } from "./recognition.js";
import { squaredError } from "./squared-error.js";

/** A parameter and the gradient of the loss with respect to it. */
export interface Learnt extends ParameterSpec {
  readonly gradient: Tensor;
}

/** A term of the loss over the pictures that it is about: its sum, and how many they are; [1, 1, 1, 1] each. */
export interface Term {
  readonly total: Tensor;
  readonly count: Tensor;
}

export interface Objective {
  /**
   * Mean squared error of each of the S pictures that are no practice against `target`, [S, 1, 1, 1]; the loss weighs their
   * pixels by the input `weight` [S, 1, H, W] and adds the terms.
   */
  readonly errors: Tensor;
  /** What else the loss holds, by name. */
  readonly terms: Readonly<Record<string, Term>>;
  readonly parameters: readonly Learnt[];
}

/** What is asked of the network beside the clean picture; by default nothing. */
export interface Demands
  extends Partial<
    Pick<TrainConfig, "builtInGuidance" | "detail" | "grounding" | "recognition" | "realism" | "practice">
  > {
  /** The networks that recognition, realism and practice ask. */
  readonly readers?: Readers | undefined;
}

/** How gradients are had; neither changes what they are. */
export interface GradientSettings {
  /** Batches that a step's gradient is the mean of. */
  readonly batches: number;
  /** What is computed a second time for them, and not kept: nothing, or the inside of blocks. */
  readonly recompute: "nothing" | "blocks";
}

const NO_PRACTICE: Practice = { pictures: 0, weight: 0, error: 0 };

/** What is to be made small: `total` is a sum of means over the batch. */
interface Loss extends Pick<Objective, "errors" | "terms"> {
  readonly total: Tensor;
}

/**
 * Weighted mean squared error against input `target` [S, 6, H, W], or what guidance makes of it, and its gradients (App. B):
 * this batch's part of the mean where several are accumulated.
 */
export function objective(
  config: ModelConfig,
  batch: number,
  demands: Demands = {},
  { batches, recompute }: GradientSettings = { batches: 1, recompute: "nothing" },
): Objective {
  const { network: loss, parameters } = collectParameters((parameter) =>
    lossOf(config, batch, demands, parameter),
  );
  const { errors, terms, total } = loss;
  const gradientsOf = recompute === "blocks" ? recomputingGradients : gradients;
  const part = batches === 1 ? total : scale(total, 1 / batches);
  const wanted = gradientsOf(
    part,
    parameters.map(({ tensor }) => tensor),
  );
  return { errors, terms, parameters: parameters.map((spec, i) => ({ ...spec, gradient: wanted[i]! })) };
}

function lossOf(
  config: ModelConfig,
  batch: number,
  {
    builtInGuidance = 1,
    detail = 0,
    grounding,
    recognition = 0,
    realism = 0,
    practice = NO_PRACTICE,
    readers,
  }: Demands,
  parameters: Parameters,
): Loss {
  const inputs = modelInputs(config, batch, contextLength(config.text));
  const shared = remembering(parameters);
  const count = batch - practicePictures(practice);
  const grounded = grounding === undefined ? 0 : groundedPictures(grounding, count);
  // Rows go through the network of the grounded pictures, so that the others cost what they cost alone.
  const [first, ...rest] = partsOf(inputs, grounded).map((part) => {
    return { inputs: part, network: model(config, shared, part) };
  });
  const whole = rest.reduce((part, { network }) => concat([part, network.output], 0), first!.network.output);
  const shown = partsOf(inputs, count)[0]!;
  const output = slice(whole, 0, 0, count);
  const target = input("target", output.shape);
  const pixels = sizeOf(output.shape.slice(1));
  const difference = subtract(output, target);
  const errors = scale(sumOfSquares(difference, [1, 2, 3]), 1 / pixels); // [S, 1, 1, 1]
  const weight = input("weight", output.shape.with(1, 1)); // [S, 1, H, W]
  const asked = () => {
    const { blankTokens, blankMask, guided } = guidanceInputs(shown);
    const blank = model(config, shared, { ...shown, tokens: blankTokens, mask: blankMask }).output;
    return guidedTarget(target, { output, blank, guided }, builtInGuidance);
  };
  const lack = builtInGuidance === 1 ? difference : subtract(output, asked());
  const weighted = sum(multiply(squaredError(lack, detail), weight), [1, 2, 3]);
  const squares = scale(sum(weighted, [0]), 1 / (count * pixels));
  const read = readTerms(shared, { output: whole, target }, { recognition, realism, practice, readers });
  const asides = [...read, ...rehearsedTerms(whole, { practice, detail })];
  const plain: Loss = {
    errors,
    terms: Object.fromEntries(asides.flatMap(({ name, term }) => (name === undefined ? [] : [[name, term]]))),
    total: asides.reduce((loss, { term, weight }) => add(loss, scale(term.total, weight)), squares),
  };
  if (grounding === undefined || grounded === 0) return plain;

  const words = groundingInputs(first!.network);
  const without = () => {
    const others = multiply(first!.inputs.mask, shift(scale(words.chosen, -1), 1)); // [G, K]
    return model(config, shared, { ...first!.inputs, mask: others }).output;
  };
  const { concentration, responsibility, effect } = groundingTerms(first!.network, words, grounding, without);
  const parts = [
    { name: "concentration", term: concentration, by: words.placed, weight: grounding.concentration },
    { name: "responsibility", term: responsibility, by: words.placed, weight: grounding.responsibility },
    { name: "effect", term: effect, by: words.spoken, weight: grounding.effect },
  ].flatMap(({ term, ...part }) => (term === undefined ? [] : [{ ...part, term }]));
  const total = parts.reduce(
    (loss, { term, by, weight }) => add(loss, scale(sum(multiply(term, by), [0]), weight / grounded)),
    plain.total,
  );
  const grounds = Object.fromEntries(
    parts.map(({ name, term, by }) => [name, { total: sum(multiply(term, by), [0]), count: sum(by, [0]) }]),
  );
  return { errors, terms: { ...plain.terms, ...grounds }, total };
}

/** A term by its name in the log, if it is to have one, and what its sum weighs. */
interface Aside {
  readonly name?: string;
  readonly term: Term;
  readonly weight: number;
}

/** Errors of practice against the scenes that it began with; none where that weighs nothing. */
function rehearsedTerms(
  output: Tensor,
  { practice, detail }: { practice: Practice; detail: number },
): Aside[] {
  const practised = practicePictures(practice);
  if (practised === 0 || practice.error === 0) return [];
  const own = slice(output, 0, output.shape[0]! - practised, output.shape[0]!);
  const { original, kept } = rehearsalInputs(own);
  const squares = sum(squaredError(subtract(own, original), detail), [1, 2, 3]);
  const errors = scale(multiply(squares, kept), 1 / sizeOf(own.shape.slice(1)));
  const term = { total: sum(errors, [0]), count: sum(kept, [0]) };
  return [{ name: "rehearsal", term, weight: practice.error / practised }];
}

/** What readers have a part in: terms by the names of the log, and what their sums weigh; none where nothing weighs anything. */
function readTerms(
  parameters: Parameters,
  { output, target }: { output: Tensor; target: Tensor },
  {
    recognition,
    realism,
    practice,
    readers,
  }: Required<Pick<Demands, "recognition" | "realism" | "practice">> & Pick<Demands, "readers">,
): Aside[] {
  const practised = practicePictures(practice);
  if (recognition === 0 && realism === 0 && practised === 0) return [];
  if (readers === undefined) throw new Error("recognition, realism and practice take readers");
  const batch = output.shape[0]!;
  const shown = batch - practised;
  const seen = seenInput(batch);
  const predicted = reading(output, readers);
  const ofShown = (t: Tensor) => slice(t, 0, 0, shown);
  const recognised = () =>
    recognitionTerm(predicted.logits.map(ofShown), multiply(ofShown(seen), doubtedInput(shown)));
  const rehearsed = () => {
    const own = (t: Tensor) => slice(t, 0, shown, batch);
    return recognitionTerm(predicted.logits.map(own), own(seen));
  };
  const terms = [
    ...(recognition > 0 ? [{ name: "recognition", term: recognised(), weight: recognition / shown }] : []),
    ...(practised > 0 ? [{ name: "practice", term: rehearsed(), weight: practice.weight / practised }] : []),
  ];
  if (realism === 0) return terms;
  const drawn = reading(target, readers);
  const { plainness, mistaken } = realismTerms(
    parameters,
    { predicted: predicted.maps.map(ofShown), drawn: drawn.maps },
    ofShown(seen),
  );
  const count = scalar(shown, [1, 1, 1, 1]);
  const weight = realism / shown;
  return [
    ...terms,
    { term: { total: plainness, count }, weight },
    { name: "critic", term: { total: mistaken, count }, weight },
  ];
}

/** The first `count` pictures of a batch and the others; one part if there are none of either. */
function partsOf(inputs: ModelInputs, count: number): readonly ModelInputs[] {
  const { x, t, tokens, mask } = inputs;
  const batch = x.shape[0]!;
  if (count === 0 || count === batch) return [inputs];
  const part = (start: number, end: number): ModelInputs => ({
    x: slice(x, 0, start, end),
    t: slice(t, 0, start, end),
    tokens: slice(tokens, 0, start, end),
    mask: slice(mask, 0, start, end),
  });
  return [part(0, count), part(count, batch)];
}
