import type { Emitter } from "../emitter.js";
import type { Shape } from "../shape.js";
import type { Target } from "./convolution.js";
import { interleaveTaps } from "./taps.js";

interface Picture {
  readonly name: string;
  readonly shape: Shape; // [B, C, H, W]
}

/**
 * Kernel cotangent of x and g as one product per kernel position, over batch and pixels at once.
 *
 * Both pictures are laid out channels first, so that a product of [C', B H W] with [B H W, C] is all there is to a position:
 * dw[o, c, p, q] = sum over i of g[o, i] x[c, i + (p, q)] = sum over i of g[o, i - (p, q)] x[c, i]. Shifting copies, so the picture
 * with fewer channels is shifted where the stride allows either. Three times as fast as a transposed Conv.
 */
export function lowerWeightGradient(emit: Emitter, x: Picture, g: Picture, target: Target): string {
  const { shape, stride, padding } = target;
  const [outer, inner, kernel, kernelWidth] = shape;
  const flatten = (name: string, channels: number) =>
    emit.node("Reshape", [name, emit.integers([channels, -1])]);
  const product = (left: string, right: string): string =>
    emit.node(
      "FusedMatMul",
      [flatten(left, outer!), flatten(right, inner!)],
      { transA: 0, transB: 1 },
      "com.microsoft",
    ); // [C', C]
  const [xs, gs] = [channelsFirst(emit, x), channelsFirst(emit, g)];
  if (kernel === 1 && kernelWidth === 1 && stride === 1 && padding === 0) {
    return emit.node("Reshape", [product(gs, xs), emit.integers(shape)]);
  }

  const [, , height, width] = x.shape;
  const [, , rows, columns] = g.shape;
  const shiftsG = stride === 1 && kernel === kernelWidth && padding < kernel! && outer! < inner!;
  const shifted = shiftsG ? padded(emit, gs, kernel! - 1 - padding) : padded(emit, xs, padding);
  const [high, wide] = shiftsG ? [height!, width!] : [rows!, columns!];
  const part = (name: string, axis: number, start: number, count: number): string => {
    const end = start + (count - 1) * stride + 1;
    const steps = stride === 1 ? [] : [emit.integers([stride])];
    return emit.node("Slice", [
      name,
      emit.integers([start]),
      emit.integers([end]),
      emit.integers([axis]),
      ...steps,
    ]);
  };
  // Columns are cut out once for all rows: cutting rows out of that copies long stretches, which is several times as fast.
  const strips = Array.from({ length: kernelWidth! }, (_, column) => part(shifted, 3, column, wide));
  const at = (row: number, column: number): string => part(strips[column]!, 2, row, high);
  const taps: string[] = [];
  for (let p = 0; p < kernel!; p++) {
    for (let q = 0; q < kernelWidth!; q++) {
      const tap = shiftsG ? product(at(kernel! - 1 - p, kernel! - 1 - q), xs) : product(gs, at(p, q));
      taps.push(emit.node("Reshape", [tap, emit.integers([1, outer! * inner!])]));
    }
  }
  return emit.node("Reshape", [interleaveTaps(emit, taps), emit.integers(shape)]);
}

/** [B, C, H, W] as [C, B, H, W]. */
const channelsFirst = (emit: Emitter, { name, shape }: Picture): string =>
  shape[0] === 1
    ? emit.node("Reshape", [name, emit.integers([shape[1]!, 1, shape[2]!, shape[3]!])])
    : emit.node("Transpose", [name], { perm: [1, 0, 2, 3] });

const padded = (emit: Emitter, name: string, margin: number): string =>
  margin === 0 ? name : emit.node("Pad", [name, emit.integers([0, 0, margin, margin, 0, 0, margin, margin])]);
