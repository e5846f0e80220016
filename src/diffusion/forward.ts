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

/**
 * What a network may predict: the clean picture, the zero-mean unit-variance noise, or that noise as the process adds it,
 * mu + sigma eps.
 */
export const predictions = ["x0", "eps", "shifted-eps"] as const;
export type Prediction = (typeof predictions)[number];

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
  const offset = (1 - signal) * mu;
  const mixed = new Float32Array(x0.length);
  for (let i = 0; i < mixed.length; i++) mixed[i] = signal * x0[i]! + offset + spread * noise[i]!;
  return mixed;
}

/** What a network of this kind of prediction is trained to return for (x0, noise). */
export function trainingTarget(
  prediction: Prediction,
  x0: Float32Array,
  noise: Float32Array,
  { mu, sigma }: Process = HALF_PROCESS,
): Float32Array {
  switch (prediction) {
    case "x0":
      return x0;
    case "eps":
      return noise;
    case "shifted-eps":
      return noise.map((value) => mu + sigma * value);
  }
}

/** The clean picture that (x_t, network output) stands for, as an affine map. */
export function cleanEstimate(prediction: Prediction, alphaBar: number, { mu, sigma }: Process): AffineMap {
  if (prediction === "x0") return { input: 0, output: 1, mu: 0 };
  const signal = Math.sqrt(alphaBar);
  const spread = Math.sqrt(1 - alphaBar);
  // sigma eps is sigma times the output of an eps-network, and the output less mu of a shifted one.
  const [scale, offset] = prediction === "eps" ? [sigma, 0] : [1, mu];
  return {
    input: 1 / signal,
    output: (-scale * spread) / signal,
    mu: (spread * offset - (1 - signal) * mu) / signal,
  };
}

/** Applies an affine map value by value. */
export function applyMap(map: AffineMap, x: Float32Array, output: Float32Array): Float32Array {
  const y = new Float32Array(x.length);
  for (let i = 0; i < y.length; i++) y[i] = map.input * x[i]! + map.output * output[i]! + map.mu;
  return y;
}
