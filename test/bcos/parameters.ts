import type { Parameters } from "../../src/bcos/parameters.js";
import { constant } from "../../src/graph/ops/constant.js";
import { sizeOf } from "../../src/graph/shape.js";
import { wordOf } from "../../src/random.js";
import { direction } from "../graph/derivatives.js";

/** Parameters whose values are written out, by name. */
export const known =
  (values: Readonly<Record<string, readonly number[]>>): Parameters =>
  (name, shape) =>
    constant(Float32Array.from(values[name]!), shape);

/** Parameters of ordinary size, each drawn from its own name. */
export const drawn: Parameters = (name, shape) =>
  constant(Float32Array.from(direction(wordOf(name), sizeOf(shape))), shape);
