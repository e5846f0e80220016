import { initialWeights, type ParameterSpec } from "../model/weights.js";
import type { Moments } from "./adamw.js";

/** A parameter in training: its weights, their moments and their moving average. */
export interface TrainedParameter extends Moments {
  readonly name: string;
  readonly shape: readonly number[];
  readonly average: Float32Array;
}

/** All that a run needs in order to go on: the steps done and the parameters, which training updates in place. */
export interface TrainingState {
  readonly step: number;
  readonly parameters: readonly TrainedParameter[];
}

/** The state before the first step. */
export function initialState(parameters: readonly ParameterSpec[], seed: number): TrainingState {
  const start = initialWeights(parameters, seed);
  return {
    step: 0,
    parameters: parameters.map(({ name, shape }) => {
      const weights = start.get(name)!;
      return {
        name,
        shape,
        weights,
        first: new Float32Array(weights.length),
        second: new Float32Array(weights.length),
        average: weights.slice(),
      };
    }),
  };
}
