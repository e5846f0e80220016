import { composite } from "../graph/composite.js";
import { constant } from "../graph/ops/constant.js";
import { conv, convInputGradient, convWeightGradient, type Window } from "../graph/ops/convolution.js";
import {
  abs,
  add,
  multiply,
  negate,
  power,
  reciprocal,
  scale,
  shift,
  sqrt,
} from "../graph/ops/elementwise.js";
import { gate } from "../graph/ops/gate.js";
import { matmul } from "../graph/ops/product.js";
import { sum, sumOfSquares } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/structure.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";

/** Keeps 1/||x|| finite where a whole vector is zero. */
const linearEpsilon = 1e-24;
/** Inside the root of the patch norm. */
const patchEpsilon = 1e-6;
/** Added to |cos| before a power other than 1. */
const cosEpsilon = 1e-6;

/** 1/||x|| of every vector x [..., C]: [..., 1]. */
export const inverseNorm = (x: Tensor): Tensor =>
  reciprocal(sqrt(shift(sumOfSquares(x, [x.shape.length - 1]), linearEpsilon)));

const boxOf = (w: Tensor): Tensor =>
  constant(new Float32Array(sizeOf(w.shape.slice(2))).fill(1), [1, 1, ...w.shape.slice(2)]);

/** 1/||patch|| of every zero-padded patch of x [B, C, H, W] that a kernel w sees: [B, 1, H', W']. */
export function inversePatchNorm(x: Tensor, w: Tensor, window: Window): Tensor {
  const squares = sumOfSquares(x, [1]); // [B, 1, H, W]
  const single = w.shape[2] === 1 && w.shape[3] === 1 && window.stride === 1;
  const patches = single ? squares : conv(squares, boxOf(w), window);
  return reciprocal(sqrt(shift(patches, patchEpsilon)));
}

/**
 * |cos|^(B-1) y, the cosine a gate (Eq. 1): cos = u / ||x|| for the projection u of x on a unit row, y = gain u.
 */
export function bcosScale(u: Tensor, y: Tensor, inverse: Tensor, b: number): Tensor {
  if (b === 1) return y;
  const cosine = multiply(abs(u), inverse);
  return multiply(y, gate(b === 2 ? cosine : power(shift(cosine, cosEpsilon), b - 1)));
}

/** |u| u / ||x||, the dynamic factor a gate. */
const square = (u: Tensor, inverse: Tensor): Tensor => bcosScale(u, u, inverse, 2);

const linearOp = composite<null>({
  name: "bcosLinear",
  define: ([x, w]) => square(matmul(x!, w!, { transposeB: true }), inverseNorm(x!)),
  vjp(g, { inputs: [x, w] }, _, needed) {
    const u = matmul(x!, w!, { transposeB: true }); // [..., C']
    const inverse = inverseNorm(x!); // [..., 1]
    const half = multiply(g, multiply(abs(u), inverse)); // half the cotangent of u
    const dw = () => scale(matmulWeight(half, x!), 2);
    if (!needed[0]) return [undefined, dw()];
    const through = matmul(half, scale(w!, 2)); // [..., C]
    const last = x!.shape.length - 1;
    // sum over outputs of half * u, taken on the narrower side: it equals x . through / 2.
    const total =
      w!.shape[1]! <= w!.shape[0]!
        ? scale(sum(multiply(x!, through), [last]), 0.5)
        : sum(multiply(half, u), [last]);
    const shrink = negate(multiply(total, multiply(inverse, inverse))); // [..., 1]
    return [add(through, multiply(x!, shrink)), needed[1] ? dw() : undefined];
  },
});

function matmulWeight(g: Tensor, x: Tensor): Tensor {
  const w = x.shape.at(-1)!;
  const rows = sizeOf(x.shape.slice(0, -1));
  return matmul(reshape(g, [rows, g.shape.at(-1)!]), reshape(x, [rows, w]), { transposeA: true });
}

/** B-cos transform with B = 2 of vectors x [..., C] by rows w [C', C]: |w.x| w.x / ||x||. */
export const bcosLinear = (x: Tensor, w: Tensor): Tensor => linearOp([x, w], null);

const convOp = composite<Window>({
  name: "bcosConv",
  define: ([x, w], window) => square(conv(x!, w!, window), inversePatchNorm(x!, w!, window)),
  vjp(g, { inputs: [x, w] }, window, needed) {
    const u = conv(x!, w!, window); // [B, C', H', W']
    const inverse = inversePatchNorm(x!, w!, window); // [B, 1, H', W']
    const half = multiply(g, multiply(abs(u), inverse)); // half the cotangent of u
    const dw = () => scale(convWeightGradient(x!, half, w!.shape, window), 2);
    if (!needed[0]) return [undefined, dw()];
    const through = convInputGradient(half, scale(w!, 2), x!.shape, window); // [B, C, H, W]
    const total = sum(multiply(half, u), [1]);
    const perPatch = negate(multiply(total, multiply(inverse, inverse))); // [B, 1, H', W']
    const perPixel = convInputGradient(perPatch, boxOf(w!), x!.shape.with(1, 1), window); // [B, 1, H, W]
    return [add(through, multiply(x!, perPixel)), needed[1] ? dw() : undefined];
  },
});

/** B-cos transform with B = 2 of the patches of x [B, C, H, W] by kernels w [C', C, k, k]. */
export const bcosConv = (x: Tensor, w: Tensor, window: Window): Tensor => convOp([x, w], window);
