import { composite } from "../graph/composite.js";
import { constant } from "../graph/ops/constant.js";
import { conv, convInputGradient, convWeightGradient, type Window } from "../graph/ops/convolution.js";
import {
  abs,
  add,
  divide,
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
  const single = w.shape[2] === 1 && w.shape[3] === 1 && window.stride === 1 && window.padding === 0;
  const patches = single ? squares : conv(squares, boxOf(w), window);
  return reciprocal(sqrt(shift(patches, patchEpsilon)));
}

/** x^exponent for x that is not negative; the powers that come up most cost a square root or two. */
export function powerOf(x: Tensor, exponent: number): Tensor {
  if (exponent === 1) return x;
  if (exponent === 0.5) return sqrt(x);
  if (exponent === 0.25) return sqrt(sqrt(x));
  return power(x, exponent);
}

/**
 * |cos|^(B-1) y, the cosine a gate (Eq. 1): cos = u / ||x|| for the projection u of x on a unit row, y = gain u.
 */
export function bcosScale(u: Tensor, y: Tensor, inverse: Tensor, b: number): Tensor {
  if (b === 1) return y;
  return multiply(y, gate(cosinePower(multiply(abs(u), inverse), b)));
}

/** |cos|^(B-1), B above 1. */
const cosinePower = (cosine: Tensor, b: number): Tensor =>
  b === 2 ? cosine : powerOf(shift(cosine, cosEpsilon), b - 1);

/** How a layer maps inputs by rows, with the derivatives of that map; `rows` [C', ...]. */
interface RowMap {
  /** Axis of the outputs. */
  axis(x: Tensor): number;
  project(x: Tensor, rows: Tensor): Tensor;
  inputCotangent(g: Tensor, rows: Tensor, x: Tensor): Tensor;
  rowCotangent(g: Tensor, x: Tensor, rows: Tensor): Tensor;
  /** 1/||.|| of what each output sees, of size 1 on the axis of the outputs. */
  inverseNorm(x: Tensor, rows: Tensor): Tensor;
  /** Sums a number per output position over the positions that see each input. */
  collect(perPosition: Tensor, x: Tensor, rows: Tensor): Tensor;
}

/** Factors [C', 1, ...] laid out along the axis of the outputs of `u`. */
const alongOutputs = (factors: Tensor, u: Tensor, axis: number): Tensor =>
  reshape(
    factors,
    u.shape.slice(axis).map((size, i) => (i === 0 ? size : 1)),
  );

/** Scaled rows times x; whichever is smaller, the rows or the projections, is multiplied by the factors. */
function projectScaled(map: RowMap, x: Tensor, rows: Tensor, factors: Tensor): Tensor {
  const raw = map.project(x, rows);
  return scalesProjections(raw, rows)
    ? multiply(raw, alongOutputs(factors, raw, map.axis(x)))
    : map.project(x, multiply(rows, factors));
}

const scalesProjections = (projections: Tensor, rows: Tensor): boolean =>
  sizeOf(projections.shape) < sizeOf(rows.shape);

/** y = u |cos|^(B-1), cos = u / n for projections u of x on rows w f, n = ||x||: an op of x, w and f. */
function responseOp<A extends { readonly b: number }>(name: string, mapOf: (attributes: A) => RowMap) {
  return composite<A>({
    name,
    define([x, w, f], attributes) {
      const map = mapOf(attributes);
      const u = projectScaled(map, x!, w!, f!);
      return bcosScale(u, u, map.inverseNorm(x!, w!), attributes.b);
    },
    // With h = g |cos|^(B-1) and q = d log |cos|^(B-1) / d log |cos|: dL/du = h (1 + q), dL/dn = -sum(h q u) / n, dn/dx = x / n,
    // and dL/df = sum(dL/du u) / f, so that the rows' own part of their gradient comes from the projections and needs no
    // pass over the rows. For B = 2, q is 1, and the 2 of 1 + q goes into the factors.
    vjp(g, { inputs: [x, w, f] }, attributes, needed) {
      const map = mapOf(attributes);
      const axis = map.axis(x!);
      const u = projectScaled(map, x!, w!, f!);
      const inverse = map.inverseNorm(x!, w!);
      const { b } = attributes;
      const cosine = multiply(abs(u), inverse);
      const h = multiply(g, cosinePower(cosine, b));
      const steepness = b === 2 ? undefined : scale(divide(cosine, shift(cosine, cosEpsilon)), b - 1); // q
      const part = steepness === undefined ? h : multiply(h, steepness);
      const whole = steepness === undefined ? h : add(h, part);
      const folded = steepness === undefined ? 2 : 1;
      const strong = scale(f!, folded);
      const small = scalesProjections(u, w!);
      const along = small ? multiply(whole, alongOutputs(strong, u, axis)) : whole;

      const dx = () => {
        const through = map.inputCotangent(along, small ? w! : multiply(w!, strong), x!);
        const perPosition = multiply(sum(multiply(part, u), [axis]), negate(multiply(inverse, inverse)));
        return add(through, multiply(x!, map.collect(perPosition, x!, w!)));
      };
      const dw = () => {
        const direct = map.rowCotangent(along, x!, w!);
        return small ? direct : multiply(direct, strong);
      };
      const df = () => {
        const others = u.shape.map((_, i) => i).filter((i) => i !== axis);
        return divide(scale(reshape(sum(multiply(whole, u), others), f!.shape), folded), f!);
      };
      return [needed[0] ? dx() : undefined, needed[1] ? dw() : undefined, needed[2] ? df() : undefined];
    },
  });
}

const vectors: RowMap = {
  axis: (x) => x.shape.length - 1,
  project: (x, rows) => matmul(x, rows, { transposeB: true }),
  inputCotangent: (g, rows) => matmul(g, rows),
  rowCotangent: (g, x) => matmul(asRows(g), asRows(x), { transposeA: true }),
  inverseNorm,
  collect: (perVector) => perVector,
};

/** [..., C] as [N, C]. */
const asRows = (x: Tensor): Tensor => reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1)!]);

const patches = (window: Window): RowMap => ({
  axis: () => 1,
  project: (x, rows) => conv(x, rows, window),
  inputCotangent: (g, rows, x) => convInputGradient(g, rows, x.shape, window),
  rowCotangent: (g, x, rows) => convWeightGradient(x, g, rows.shape, window),
  inverseNorm: (x, rows) => inversePatchNorm(x, rows, window),
  collect: (perPatch, x, rows) => convInputGradient(perPatch, boxOf(rows), x.shape.with(1, 1), window),
});

const linearOp = responseOp<{ b: number }>("bcosLinear", () => vectors);
const convOp = responseOp<Window & { b: number }>("bcosConv", patches);

/** B-cos transform, B above 1, of vectors x [..., C] by rows w [C', C] times factors [C', 1]: u |u / ||x|||^(B-1). */
export const bcosLinear = (x: Tensor, w: Tensor, factors: Tensor, b: number): Tensor =>
  linearOp([x, w, factors], { b });

/** B-cos transform, B above 1, of the patches of x [B, C, H, W] by kernels w [C', C, k, k] times factors [C', 1, 1, 1]. */
export const bcosConv = (x: Tensor, w: Tensor, factors: Tensor, window: Window, b: number): Tensor =>
  convOp([x, w, factors], { ...window, b });
