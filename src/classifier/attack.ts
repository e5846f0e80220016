import { gradients } from "../graph/gradient.js";
import { input } from "../graph/ops/constant.js";
import { add, divide, multiply, scale, shift, sqrt } from "../graph/ops/elementwise.js";
import { hold } from "../graph/ops/gate.js";
import { sumOfSquares } from "../graph/ops/reduce.js";
import { generatorOf, uniformFrom } from "../random.js";
import { type Shown, totalSurprise } from "./objective.js";

/** Small steps that a picture is led astray by; one would follow a direction that ends halfway. */
const STEPS = 2;

/** Keeps a direction finite where nothing surprises. */
const epsilon = 1e-8;

/**
 * Pictures x [B, 3, 64, 64] led astray: each moved by input `reach` [B, 1, 1, 1] at the most (Euclidean, of pictures in 0..1) to
 * where it is mistaken the most, for a classifier to learn from (Madry et al. 2018).
 *
 * A classifier that withstands this can't be pleased by what nobody sees: the gradients of its surprise draw the thing
 * itself (Santurkar et al. 2019, "Image synthesis with a single (robust) classifier").
 */
export const ledAstray: Shown = (x, target, says) => {
  const reach = input("reach", [x.shape[0]!, 1, 1, 1]);
  let moved = x;
  for (let step = 0; step < STEPS; step++) {
    const [worse] = gradients(totalSurprise(says(moved), target), [moved]);
    const length = sqrt(shift(sumOfSquares(worse!, [1, 2, 3]), epsilon ** 2));
    const direction = hold(divide(worse!, length));
    moved = add(moved, multiply(scale(reach, 1 / STEPS), direction));
  }
  return moved;
};

/** How far each picture of a training step (from 1) is led astray: 0 to `most`, [B]; depends on its seed and number alone. */
export const reaches = (most: number, seed: number, count: number, step: number): Float32Array =>
  Float32Array.from(
    { length: count },
    (_, i) => most * uniformFrom(generatorOf(seed, (step - 1) * count + i, 4))(),
  );
