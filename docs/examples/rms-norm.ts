import { gate, mean, multiply, type Parameters, power, shift, type Tensor } from "../../src/index.js";

/**
 * x / rms(x) for every vector of x [..., C], times a learnt weight per channel (Zhang and Sennrich 2019).
 *
 * The root mean square is a gate: the frozen layer multiplies every vector by a number, which is linear.
 */
export function rmsNorm(parameters: Parameters, x: Tensor): Tensor {
  const channels = x.shape.at(-1)!;
  const meanSquare = mean(multiply(x, x), [x.shape.length - 1]); // [..., 1]
  const inverse = gate(power(shift(meanSquare, 1e-6), -0.5)); // [..., 1]
  const weight = parameters("weight", [channels], { kind: "constant", value: 1 });
  return multiply(multiply(x, inverse), weight); // [..., C]
}
