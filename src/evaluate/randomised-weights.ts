import { denoiseGraph } from "../model/graphs.js";
import type { LoadedModel } from "../model/loaded.js";
import { initialWeights, type ParameterSpec, type Weights } from "../model/weights.js";

/** Weights of which part of the layers, counted from the output, are as they were before training. */
export interface RandomisedWeights {
  /** The layer that was randomised last, by the name that its parameters share: `out.2`. */
  readonly layer: string;
  readonly weights: Weights;
}

/** The layers of a network from output to input, each of the parameters that share its name. */
export function layersFromOutput(parameters: readonly ParameterSpec[]): string[] {
  return [...new Set(parameters.map(({ name }) => layerOf(name)))].reverse();
}

/**
 * Cascading randomisation: the weights with the last layer randomised, then the last two, and so on to all; an explanation
 * that stays the same along the way does not depend on what was learnt (Adebayo et al. 2018).
 *
 * A randomised layer has the values that training with this seed would start from. The model's own weights are left as they
 * are; the copies share those of the layers that are not randomised.
 */
export function* cascade(
  { config, weights }: Pick<LoadedModel, "config" | "weights">,
  seed: number,
): Generator<RandomisedWeights, void, undefined> {
  const { parameters } = denoiseGraph(config, 1, 1);
  const copy = new Map(weights);
  for (const layer of layersFromOutput(parameters)) {
    const own = parameters.filter(({ name }) => layerOf(name) === layer);
    for (const [name, values] of initialWeights(own, seed)) copy.set(name, values);
    yield { layer, weights: new Map(copy) };
  }
}

/** A parameter's name without its last part; a B-cos layer's weight and its gain are one layer. */
const layerOf = (name: string): string => name.replace(/\.[^.]*$/, "").replace(/\.linear$/, "");
