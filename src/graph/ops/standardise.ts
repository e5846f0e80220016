import { composite } from "../composite.js";
import type { Emitter } from "../emitter.js";
import { type Shape, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { multiply, reciprocal, shift, sqrt, subtract } from "./elementwise.js";
import { gate } from "./gate.js";
import { mean } from "./reduce.js";

/** Normalise over axis `axis` and all later ones. */
interface Over {
  readonly axis: number;
  readonly epsilon: number;
}

const laterAxes = (shape: Shape, axis: number): number[] => shape.map((_, i) => i).filter((i) => i >= axis);

/** One ONNX LayerNormalization serves both the normalised value and the inverse deviation that its derivative needs. */
function layerNormalization(
  emit: Emitter,
  x: string,
  shape: Shape,
  { axis, epsilon }: Over,
): readonly string[] {
  const sizes = shape.slice(axis);
  const ones = emit.once(`ones ${sizes}`, () =>
    emit.constant(new Float32Array(sizeOf(sizes)).fill(1), sizes),
  );
  return emit.nodes("LayerNormalization", [x, ones], 3, { axis, epsilon: { float: epsilon } });
}

const inverseDeviationOp = composite<Over>({
  name: "inverseDeviation",
  define([x], { axis, epsilon }) {
    const axes = laterAxes(x!.shape, axis);
    const centred = subtract(x!, mean(x!, axes));
    return reciprocal(sqrt(shift(mean(multiply(centred, centred), axes), epsilon)));
  },
  lower: (emit, [x], node, over) => layerNormalization(emit, x!, node.inputs[0]!.shape, over)[2]!,
});

/** 1 / sqrt(variance + epsilon) over an axis and all later ones, which stay with size 1; biased variance. */
export const inverseDeviation = (x: Tensor, axis: number, epsilon: number): Tensor =>
  inverseDeviationOp([x], { axis, epsilon });

const standardiseOp = composite<Over>({
  name: "standardise",
  define([x], { axis, epsilon }) {
    const axes = laterAxes(x!.shape, axis);
    const centred = subtract(x!, mean(x!, axes));
    const variance = mean(multiply(centred, centred), axes);
    return multiply(centred, gate(reciprocal(sqrt(shift(variance, epsilon)))));
  },
  vjp(g, node, { axis, epsilon }) {
    const axes = laterAxes(node.shape, axis);
    const along = multiply(node, mean(multiply(g, node), axes));
    const rest = subtract(subtract(g, mean(g, axes)), along);
    return [multiply(rest, inverseDeviation(node.inputs[0]!, axis, epsilon))];
  },
  lower: (emit, [x], node, over) => layerNormalization(emit, x!, node.shape, over)[0]!,
});

/**
 * (x - mean) * gate(1 / sqrt(variance + epsilon)) over an axis and all later ones; biased variance.
 *
 * Only the deviation is a dynamic factor: subtracting the mean is linear.
 */
export const standardise = (x: Tensor, axis: number, epsilon: number): Tensor =>
  standardiseOp([x], { axis, epsilon });
