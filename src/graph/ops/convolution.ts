import type { Emitter } from "../emitter.js";
import { type Shape, sizeOf } from "../shape.js";
import { apply, type Op, type Tensor } from "../tensor.js";
import { lowerWeightGradient } from "./convolution-weights.js";
import { addProduct, matrixAt, transposed } from "./dense.js";
import { add } from "./elementwise.js";
import { reverseTaps } from "./taps.js";
import { addFolded, outputPixels, patchSize, unfold } from "./unfold.js";

/** Step and zero margin, the same in both directions. */
export interface Window {
  readonly stride: number;
  readonly padding: number;
}

const outputSize = (size: number, kernel: number, { stride, padding }: Window): number =>
  Math.floor((size + 2 * padding - kernel) / stride) + 1;

/** Every output pixel [B, C', H', W'] of a convolution with w [C', C, k, k] is a product over a patch. */
const productFlops = (output: Shape, w: Shape): number => 2 * sizeOf(output) * sizeOf(w.slice(1));

const margins = (padding: number): number[] => [padding, padding, padding, padding];

const convOp: Op<Window> = {
  name: "conv",
  shape([x, w], window, fail) {
    if (x!.length !== 4 || w!.length !== 4) fail("needs [B, C, H, W] and [C', C, k, k]");
    if (x![1] !== w![1]) fail("channel counts differ");
    const sides = [outputSize(x![2]!, w![2]!, window), outputSize(x![3]!, w![3]!, window)];
    if (sides.some((side) => side < 1)) fail("the kernel is larger than the padded picture");
    return [x![0]!, w![0]!, ...sides];
  },
  vjp: (g, { inputs: [x, w] }, window, needed) => [
    needed[0] ? convInputGradient(g, w!, x!.shape, window) : undefined,
    needed[1] ? convWeightGradient(x!, g, w!.shape, window) : undefined,
  ],
  tangent([dx, dw], { inputs: [x, w] }, window) {
    const left = dx && conv(dx, w!, window);
    const right = dw && conv(x!, dw, window);
    return left && right ? add(left, right) : (left ?? right);
  },
  lower(emit, [x, w], node, { stride, padding }) {
    const kernel = node.inputs[1]!.shape.slice(2);
    return emit.node("Conv", [x!, w!], {
      kernel_shape: kernel,
      pads: margins(padding),
      strides: [stride, stride],
    });
  },
  flops: (node) => productFlops(node.shape, node.inputs[1]!.shape),
  evaluate([x, w], node, window) {
    const sizes = { x: node.inputs[0]!.shape, w: node.inputs[1]!.shape, y: node.shape, ...window };
    const [outer, taps, pixels] = [node.shape[1]!, patchSize(sizes), outputPixels(sizes)];
    const y = new Float64Array(sizeOf(node.shape));
    for (let b = 0; b < node.shape[0]!; b++) {
      const columns = matrixAt(unfold(x!, sizes, b), 0, pixels);
      addProduct(y, b * outer * pixels, [outer, taps, pixels], matrixAt(w!, 0, taps), columns);
    }
    return y;
  },
};

/** Two-dimensional convolution of x [B, C, H, W] with w [C', C, k, k]: [B, C', H', W']. */
export const conv = (x: Tensor, w: Tensor, window: Window): Tensor => apply(convOp, [x, w], window);

/** A convolution's window and the shape of the operand whose cotangent is wanted. */
export type Target = Window & { shape: Shape };

const inputGradientOp: Op<Target> = {
  name: "convInputGradient",
  shape: ([g, w], { shape }, fail) => (g![1] === w![0] ? shape : fail("channel counts differ")),
  vjp: (h, { inputs: [g, w] }, window, needed) => [
    needed[0] ? conv(h, w!, window) : undefined,
    needed[1] ? convWeightGradient(h, g!, w!.shape, window) : undefined,
  ],
  tangent([dg, dw], { inputs: [g, w] }, { shape, ...window }) {
    const rows = (t: Tensor) => shape.with(0, t.shape[0]!);
    const left = dg && convInputGradient(dg, w!, rows(dg), window);
    const right = dw && convInputGradient(g!, dw, shape, window);
    return left && right ? add(left, right) : (left ?? right);
  },
  lower(emit, [g, w], node, { shape, stride, padding }) {
    const [, , kernelHeight, kernelWidth] = node.inputs[1]!.shape;
    const kernel = [kernelHeight!, kernelWidth!];
    const [, , rows, columns] = node.inputs[0]!.shape;
    if (stride === 1 && padding < kernelHeight! && padding < kernelWidth!) {
      const pads = [kernelHeight! - 1 - padding, kernelWidth! - 1 - padding];
      return emit.node("Conv", [g!, flipped(emit, w!, node.inputs[1]!.shape)], {
        kernel_shape: kernel,
        pads: [...pads, ...pads],
      });
    }
    // What the strided forward pass left over at the far edges.
    const rest = [
      shape[2]! - ((rows! - 1) * stride + kernelHeight! - 2 * padding),
      shape[3]! - ((columns! - 1) * stride + kernelWidth! - 2 * padding),
    ];
    return emit.node("ConvTranspose", [g!, w!], {
      kernel_shape: kernel,
      pads: margins(padding),
      strides: [stride, stride],
      output_padding: rest,
    });
  },
  flops: ({ inputs: [g, w] }) => productFlops(g!.shape, w!.shape),
  evaluate([g, w], node, { shape, ...window }) {
    const sizes = { x: shape, w: node.inputs[1]!.shape, y: node.inputs[0]!.shape, ...window };
    const [outer, taps, pixels] = [sizes.w[0]!, patchSize(sizes), outputPixels(sizes)];
    const x = new Float64Array(sizeOf(shape));
    for (let b = 0; b < shape[0]!; b++) {
      const columns = new Float64Array(taps * pixels);
      const picture = matrixAt(g!, b * outer * pixels, pixels);
      addProduct(columns, 0, [taps, outer, pixels], transposed(matrixAt(w!, 0, taps)), picture);
      addFolded(x, columns, sizes, b);
    }
    return x;
  },
};

/** Kernel with its channels exchanged and turned by 180 degrees. */
function flipped(emit: Emitter, w: string, shape: Shape): string {
  const [outer, inner, height, width] = shape;
  const exchanged = emit.node("Transpose", [w], { perm: [1, 0, 2, 3] });
  const taps = height! * width!;
  if (taps === 1) return exchanged;
  const turned = reverseTaps(emit, emit.node("Reshape", [exchanged, emit.integers([-1, taps])]), taps);
  return emit.node("Reshape", [turned, emit.integers([inner!, outer!, height!, width!])]);
}

/** Cotangent of the input of `conv`: g [B, C', H', W'] and w [C', C, k, k] give `shape` [B, C, H, W]. */
export const convInputGradient = (g: Tensor, w: Tensor, shape: Shape, window: Window): Tensor =>
  apply(inputGradientOp, [g, w], { shape, stride: window.stride, padding: window.padding });

const weightGradientOp: Op<Target> = {
  name: "convWeightGradient",
  shape: ([x, g], { shape }, fail) =>
    x![1] === shape[1] && g![1] === shape[0] ? shape : fail(`no weight [${shape.join(",")}]`),
  vjp: (h, { inputs: [x, g] }, window, needed) => [
    needed[0] ? convInputGradient(g!, h, x!.shape, window) : undefined,
    needed[1] ? conv(x!, h, window) : undefined,
  ],
  tangent([dx, dg], { inputs: [x, g] }, { shape, ...window }) {
    const left = dx && convWeightGradient(dx, g!, shape, window);
    const right = dg && convWeightGradient(x!, dg, shape, window);
    return left && right ? add(left, right) : (left ?? right);
  },
  lower: (emit, [x, g], { inputs }, target) =>
    lowerWeightGradient(
      emit,
      { name: x!, shape: inputs[0]!.shape },
      { name: g!, shape: inputs[1]!.shape },
      target,
    ),
  flops: (node) => productFlops(node.inputs[1]!.shape, node.shape),
  evaluate([x, g], node, { shape, ...window }) {
    const sizes = { x: node.inputs[0]!.shape, w: shape, y: node.inputs[1]!.shape, ...window };
    const [outer, taps, pixels] = [shape[0]!, patchSize(sizes), outputPixels(sizes)];
    const w = new Float64Array(sizeOf(shape));
    for (let b = 0; b < sizes.x[0]!; b++) {
      const columns = matrixAt(unfold(x!, sizes, b), 0, pixels);
      const picture = matrixAt(g!, b * outer * pixels, pixels);
      addProduct(w, 0, [outer, pixels, taps], picture, transposed(columns));
    }
    return w;
  },
};

/** Cotangent of the kernel of `conv`: x [B, C, H, W] and g [B, C', H', W'] give `shape` [C', C, k, k]. */
export const convWeightGradient = (x: Tensor, g: Tensor, shape: Shape, window: Window): Tensor =>
  apply(weightGradientOp, [x, g], { shape, stride: window.stride, padding: window.padding });
