import * as z from "zod";
import { input } from "../graph/ops/constant.js";
import { abs, add, divide, multiply, scale, shift, subtract } from "../graph/ops/elementwise.js";
import { hold } from "../graph/ops/gate.js";
import { sum, sumOfSquares } from "../graph/ops/reduce.js";
import { reshape, slice } from "../graph/ops/structure.js";
import { forwardRows } from "../graph/rows.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import type { Model } from "../model/network.js";

const weight = z.number().nonnegative().default(0);
const half = z.number().min(0).max(1).default(0.5);
const sharesSchema = z
  .strictObject({
    object: half,
    objectColour: half,
    count: half,
    hat: half,
    hatColour: half,
    background: half,
  })
  .prefault({});

/** How much each grounding term counts beside the squared error, and when. */
export const groundingSchema = z
  .strictObject({
    concentration: weight,
    responsibility: weight,
    /** The share of the content in its place that a word is asked for, by what it names. */
    share: sharesSchema,
    effect: weight,
    /** Pictures of each batch that choose a word, the first ones. */
    pictures: z.union([z.literal("all"), z.int().positive()]).default("all"),
    /** Part of the pictures whose word is any word, with a place or without. */
    anyWord: z.number().min(0).max(1).default(0.25),
    /** First step with the terms, and steps over which they grow to full weight. */
    from: z.int().nonnegative().default(0),
    ramp: z.int().nonnegative().default(0),
  })
  .prefault({});
export type Grounding = z.infer<typeof groundingSchema>;

export const isGrounded = ({ concentration, responsibility, effect }: Grounding): boolean =>
  concentration > 0 || responsibility > 0 || effect > 0;

/** Pictures of a batch that choose a word. */
export function groundedPictures(grounding: Grounding, batch: number): number {
  if (!isGrounded(grounding)) return 0;
  return grounding.pictures === "all" ? batch : Math.min(batch, grounding.pictures);
}

/** Part of their full weight that the terms have at a step (from 1). */
export function groundingRamp(step: number, { from, ramp }: Grounding): number {
  return Math.min(1, Math.max(0, (step - from) / Math.max(1, ramp)));
}

/** One word of each picture, as the graph takes it. */
export interface GroundingInputs {
  /** 1 at the word's tokens. */
  readonly chosen: Tensor; // [B, K]
  /** The pixels that the word is about, 0..1. */
  readonly place: Tensor; // [B, 1, H, W]
  /** Weight of the terms about the place; 0 for a word without one. */
  readonly placed: Tensor; // [B, 1, 1, 1]
  /** The share of the content there that it is asked for. */
  readonly share: Tensor; // [B, 1, 1, 1]
  /** Weight of the effect; 0 for a picture without a caption. */
  readonly spoken: Tensor; // [B, 1, 1, 1]
}

export function groundingInputs({ output, context }: Model): GroundingInputs {
  const [batch, , height, width] = output.shape;
  return {
    chosen: input("chosen", [batch!, context.shape[1]!]),
    place: input("place", [batch!, 1, height!, width!]),
    placed: input("placed", [batch!, 1, 1, 1]),
    share: input("share", [batch!, 1, 1, 1]),
    spoken: input("spoken", [batch!, 1, 1, 1]),
  };
}

/** Each picture's terms [B, 1, 1, 1], to be made small; undefined where their weight is 0. */
export interface GroundingTerms {
  /** The part of the word's content that lies outside its place: the energy pointing game as a loss (Rao et al. 2023). */
  readonly concentration?: Tensor;
  /** Square of what the word's share of the content in its place lacks of the share that it is asked for. */
  readonly responsibility?: Tensor;
  /** Mean squared difference of the word's content and the word's effect: the picture with the word less that without. */
  readonly effect?: Tensor;
}

/** Keeps quotients of sums over a picture finite. */
const epsilon = 1e-6;

/**
 * What is asked of the contribution of one word of each picture; its gates are the picture's own, and learn.
 *
 * The content that the word's is compared with is held constant, so that the word changes and not the picture. `without`
 * is the network's output [B, 6, H, W] with the word masked.
 */
export function groundingTerms(
  { output, context }: Pick<Model, "output" | "context">,
  { chosen, place, share }: Pick<GroundingInputs, "chosen" | "place" | "share">,
  grounding: Grounding,
  without: () => Tensor,
): GroundingTerms {
  const seeds = multiply(context, reshape(chosen, [...chosen.shape, 1])); // [B, K, C]
  const [row] = forwardRows([output], new Map([[context, seeds]]));
  const content = contentOf(row!); // [B, 3, H, W]
  const whole = hold(contentOf(output));
  const within = (t: Tensor) => sum(multiply(t, place), [1, 2, 3]);

  const concentration = () => {
    const size = abs(content);
    const inside = divide(within(size), shift(sum(size, [1, 2, 3]), epsilon));
    return shift(scale(inside, -1), 1);
  };
  const responsibility = () => {
    const square = shift(within(multiply(whole, whole)), epsilon);
    const lack = subtract(share, divide(within(multiply(content, whole)), square));
    const positive = scale(add(lack, abs(lack)), 0.5);
    return multiply(positive, positive);
  };
  const effect = () => {
    const caused = subtract(whole, hold(contentOf(without())));
    return scale(sumOfSquares(subtract(content, caused), [1, 2, 3]), 1 / sizeOf(content.shape.slice(1)));
  };
  return {
    ...(grounding.concentration > 0 ? { concentration: concentration() } : {}),
    ...(grounding.responsibility > 0 ? { responsibility: responsibility() } : {}),
    ...(grounding.effect > 0 ? { effect: effect() } : {}),
  };
}

/** Contribution to rgb - 0.5, (R_rgb - R_1-rgb) / 2 [B, 3, H, W], of a picture or a part of one [B, 6, H, W]. */
function contentOf(part: Tensor): Tensor {
  const half = part.shape[1]! / 2;
  return scale(subtract(slice(part, 1, 0, half), slice(part, 1, half, 2 * half)), 0.5);
}
