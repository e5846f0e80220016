import { type Feeds, interpret } from "../../src/graph/interpret.js";
import type { Learnt } from "../../src/train/objective.js";
import { assertAllclose } from "../allclose.js";
import { direction, dot } from "../graph/derivatives.js";

/** Asserts that along seeded directions a loss rises as the gradients of its parameters say, by central differences of step h. */
export function assertSlope(
  parameters: readonly Learnt[],
  feeds: Feeds,
  lossAt: (moved: Feeds) => number,
  h: number,
): void {
  const directions = parameters.map(({ name }, i) => direction(i, feeds[name]!.length));
  const movedBy = (step: number): Feeds => {
    const moved = parameters.map(({ name }, i) => [
      name,
      Float64Array.from(feeds[name]!, (value, k) => value + step * directions[i]![k]!),
    ]);
    return { ...feeds, ...Object.fromEntries(moved) };
  };
  const found = interpret(
    parameters.map(({ gradient }) => gradient),
    feeds,
  );
  const slope = directions.reduce((sum, along, i) => sum + dot(along, found[i]!), 0);
  assertAllclose([(lossAt(movedBy(h)) - lossAt(movedBy(-h))) / (2 * h)], [slope], 1e-4);
}
