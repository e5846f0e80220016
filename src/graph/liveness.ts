import { plan } from "./plan.js";
import { sizeOf } from "./shape.js";
import type { Tensor } from "./tensor.js";

/**
 * Most numbers that are held at once while the outputs are computed, in the order in which they are lowered: each result
 * from when it is made to its last use. Inputs, constants and outputs are left out, for which the caller has room.
 *
 * An engine that writes results over inputs, or fuses, needs less; one that computes early, more.
 */
export function peakElements(outputs: readonly Tensor[]): number {
  const { steps, results } = plan(outputs);
  const owners: number[] = []; // the step whose memory a step's result lies in
  for (const [place, { node, inputs }] of steps.entries()) {
    owners.push(node.op.isView ? owners[inputs[0]!]! : place);
  }
  const lastUse = steps.map((_, place) => place);
  for (const [place, { inputs }] of steps.entries()) {
    for (const input of inputs) lastUse[owners[input]!] = place;
  }
  const given = new Set(results.map((place) => owners[place]!));

  const endingAt = new Map<number, number>();
  let live = 0;
  let peak = 0;
  for (const [place, { node }] of steps.entries()) {
    if (owners[place] === place && node.inputs.length > 0 && !given.has(place)) {
      const size = sizeOf(node.shape);
      live += size;
      const end = lastUse[place]!;
      endingAt.set(end, (endingAt.get(end) ?? 0) + size);
    }
    peak = Math.max(peak, live);
    live -= endingAt.get(place) ?? 0;
  }
  return peak;
}
