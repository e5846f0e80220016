import { plan } from "./plan.js";
import type { Tensor } from "./tensor.js";

/**
 * Floating-point operations of all matrix products and convolutions that the outputs need, equal ones counted once.
 *
 * Everything else of a network is left out, as is usual: it is memory traffic, not arithmetic.
 */
export const flopsOf = (outputs: readonly Tensor[]): number =>
  plan(outputs).steps.reduce((total, { node }) => total + (node.op.flops?.(node) ?? 0), 0);
