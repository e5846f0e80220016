import { InputError } from "../errors.js";

/**
 * The distribution that the forward process ends in: mean `mu`, standard deviation `sigma`.
 * With 0.5 and 0.5 a complementary picture stays complementary at every t (Sec. 3.3, App. B).
 */
export interface Process {
  readonly mu: number;
  readonly sigma: number;
}

/** The paper's process: mean 0.5, standard deviation 0.5. */
export const HALF_PROCESS: Process = { mu: 0.5, sigma: 0.5 };

/** What the network predicts: the clean picture, or the zero-mean unit-variance noise. */
export type Prediction = "x0" | "eps";

/** y = input * x + output * net(x, t) + mu, where `mu` already holds the process mean. */
export interface AffineMap {
  readonly input: number;
  readonly output: number;
  readonly mu: number;
}

/** x_t = sqrt(ab) x0 + (1 - sqrt(ab)) mu + sigma sqrt(1 - ab) noise; `alphaBar` is in 0..1 (Ho et al. 2020 Eq. 4, shifted by mu as in App. B). */
export function diffuse(
  x0: Float32Array,
  noise: Float32Array,
  alphaBar: number,
  { mu, sigma }: Process = HALF_PROCESS,
): Float32Array {
  if (x0.length !== noise.length)
    throw new InputError(
      `picture and noise must be of one size; got ${x0.length} and ${noise.length} values`,
    );
  const signal = Math.sqrt(alphaBar);
  const spread = sigma * Math.sqrt(1 - alphaBar);
  return x0.map((value, i) => signal * value + (1 - signal) * mu + spread * noise[i]!);
}

/** What a network of this kind of prediction is trained to return for (x0, noise): one of the two, unchanged. */
export function trainingTarget(prediction: Prediction, x0: Float32Array, noise: Float32Array): Float32Array {
  return prediction === "x0" ? x0 : noise;
}

/** The clean picture that (x_t, network output) stands for, as an affine map. */
export function cleanEstimate(prediction: Prediction, alphaBar: number, { mu, sigma }: Process): AffineMap {
  if (prediction === "x0") return { input: 0, output: 1, mu: 0 };
  const signal = Math.sqrt(alphaBar);
  return {
    input: 1 / signal,
    output: (-sigma * Math.sqrt(1 - alphaBar)) / signal,
    mu: (-(1 - signal) / signal) * mu,
  };
}

/** Applies an affine map value by value. */
export function applyMap(map: AffineMap, x: Float32Array, output: Float32Array): Float32Array {
  return x.map((value, i) => map.input * value + map.output * output[i]! + map.mu);
}
