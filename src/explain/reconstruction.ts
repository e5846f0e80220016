import type { Prediction } from "../diffusion/forward.js";
import { rgbOf } from "../diffusion/picture.js";
import type { Ledger } from "./ledger.js";
import { promptRows } from "./relevance.js";

/** Below this sum of a value and its complement (1 in a picture), their ratio says nothing about the picture. */
export const DENOMINATOR_LIMIT = 0.05;

/** Share of values without a usable denominator above which the normalised reconstruction counts as undefined. */
export const UNDEFINED_LIMIT = 0.01;

/** Why there is no normalised reconstruction. */
export type UndefinedReason = "eps-prediction" | "no-tokens" | "vanishing-denominator";

/** The image as the prompt alone accounts for it; mean squared errors are over rgb, both pictures clamped to 0..1. */
export interface Reconstruction {
  /** R = sum of the token rows [6, H, W], Eq. 6. */
  readonly raw: Float32Array;
  readonly mse: number;
  /** R_rgb / (R_rgb + R_1-rgb) [3, H, W], Eq. 7, unclamped; 0.5 where the denominator is too small; null if undefined. */
  readonly normalised: Float32Array | null;
  readonly normalisedMse: number | null;
  readonly undefinedReason: UndefinedReason | null;
}

/**
 * Reconstructs the image from the prompt's rows, Eq. 6 and 7. Where the network predicts noise the normalised form is
 * undefined: noise and its complement (e, -e) add up to 0, not 1, and so do the tokens' parts of it; shifted by mu, they
 * add up to what the picture loses.
 */
export function reconstruct(ledger: Ledger, prediction: Prediction): Reconstruction {
  const rows = promptRows(ledger);
  const raw = ledger.image.map((_, i) => rows.reduce((total, row) => total + row[i]!, 0)); // [6, H, W]
  const target = rgbOf(ledger.image);
  const found = normalise(raw);
  const undefinedReason = reasonFor(rows.length, prediction, found.undefinedShare);
  const normalised = undefinedReason === null ? found.picture : null;
  return {
    raw,
    mse: pictureError(rgbOf(raw), target),
    normalised,
    normalisedMse: normalised === null ? null : pictureError(normalised, target),
    undefinedReason,
  };
}

/** Mean squared error of two rgb pictures, clamped to 0..1 as they are when shown. */
export function pictureError(a: Float32Array, b: Float32Array): number {
  const clamped = (value: number) => Math.min(1, Math.max(0, value));
  return a.reduce((total, value, i) => total + (clamped(value) - clamped(b[i]!)) ** 2, 0) / a.length;
}

function normalise(raw: Float32Array): { picture: Float32Array; undefinedShare: number } {
  const rgb = rgbOf(raw);
  let missing = 0;
  const picture = rgb.map((value, i) => {
    const denominator = value + raw[rgb.length + i]!;
    if (denominator >= DENOMINATOR_LIMIT) return value / denominator;
    missing += 1;
    return 0.5;
  });
  return { picture, undefinedShare: missing / rgb.length };
}

function reasonFor(tokens: number, prediction: Prediction, undefinedShare: number): UndefinedReason | null {
  if (tokens === 0) return "no-tokens";
  if (prediction !== "x0") return "eps-prediction";
  return undefinedShare > UNDEFINED_LIMIT ? "vanishing-denominator" : null;
}
