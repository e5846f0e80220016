import { InputError } from "../errors.js";
import { initialWeights, type ParameterSpec, type Weights } from "../model/weights.js";
import type { Moments } from "./adamw.js";
import { CRITIC } from "./critic.js";

/** A parameter in training: its weights, their moments and their moving average, all of one length. */
export interface TrainedParameter extends Moments {
  readonly name: string;
  readonly shape: readonly number[];
  readonly weights: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly average: Float32Array;
}

/** All that a run needs in order to go on: the steps done and the parameters. */
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

/** That state with weights that are there already; names it does not have are left out. Throws InputError if a size differs. */
export function stateFrom({ step, parameters }: TrainingState, found: Weights): TrainingState {
  const started = parameters.map((parameter): TrainedParameter => {
    const weights = found.get(parameter.name);
    if (weights === undefined) return parameter;
    if (weights.length !== parameter.weights.length) {
      throw new InputError(
        `${parameter.name} must have ${parameter.weights.length} numbers; got ${weights.length}; start from a model of the same sizes`,
      );
    }
    return { ...parameter, weights: weights.slice(), average: weights.slice() };
  });
  return { step, parameters: started };
}

/** That state for these parameters: those that it lacks start afresh, and those that are no longer learnt are gone. */
export function stateFor(
  parameters: readonly ParameterSpec[],
  state: TrainingState,
  seed: number,
): TrainingState {
  const known = new Map(state.parameters.map((parameter) => [parameter.name, parameter]));
  const fresh = initialState(
    parameters.filter(({ name }) => !known.has(name)),
    seed,
  );
  const started = new Map(fresh.parameters.map((parameter) => [parameter.name, parameter]));
  return {
    step: state.step,
    parameters: parameters.map(({ name }) => (known.get(name) ?? started.get(name))!),
  };
}

/** The averaged weights of the model that is trained. */
export const averagesOf = ({ parameters }: TrainingState) =>
  parameters.flatMap(({ name, shape, average }) =>
    name.startsWith(`${CRITIC}.`) ? [] : [{ name, shape, values: average }],
  );
