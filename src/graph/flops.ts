import { isConstant } from "./ops/constant.js";
import { plan } from "./plan.js";
import type { Tensor } from "./tensor.js";

/**
 * Floating-point operations of all matrix products and convolutions that the outputs need, equal ones counted once.
 *
 * Everything else of a network is left out, as is usual: it is memory traffic, not arithmetic. So is a product with a fixed array,
 * which moves numbers rather than learns from them.
 */
export const flopsOf = (outputs: readonly Tensor[]): number =>
  plan(outputs).steps.reduce(
    (total, { node }) => total + (node.inputs.some(isConstant) ? 0 : (node.op.flops?.(node) ?? 0)),
    0,
  );
