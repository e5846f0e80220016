import { erf } from "../erf.js";
import { broadcastShapes, type Shape, sizeOf } from "../shape.js";
import { apply, type Op, type Tensor } from "../tensor.js";
import { scalar } from "./constant.js";
import { repeatTo } from "./indexing.js";
import { sumTo } from "./reduce.js";

type Kernel = (a: number, b: number) => number;

function binary(
  name: string,
  onnx: string,
  kernel: Kernel,
  rules: Pick<Op<null>, "vjp" | "tangent">,
): Op<null> {
  return {
    name,
    shape: ([a, b], _, fail) => broadcastShapes(a!, b!) ?? fail("shapes do not broadcast"),
    lower: (emit, inputs) => emit.node(onnx, inputs),
    evaluate([a, b], node) {
      const left = repeatTo(a!, node.inputs[0]!.shape, node.shape);
      const right = repeatTo(b!, node.inputs[1]!.shape, node.shape);
      return left.map((value, i) => kernel(value, right[i]!));
    },
    ...rules,
  };
}

/** Sum of two optional tangents, spread over `shape` where only one of them reaches all of it. */
function plus(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : add(a, b);
}

const addOp = binary("add", "Add", (a, b) => a + b, {
  vjp: (g, { inputs: [a, b] }, _, needed) => [
    needed[0] ? sumTo(g, a!.shape) : undefined,
    needed[1] ? sumTo(g, b!.shape) : undefined,
  ],
  tangent: ([a, b], node) => plus(spread(a, node.shape), spread(b, node.shape)),
});

const subtractOp = binary("subtract", "Sub", (a, b) => a - b, {
  vjp: (g, { inputs: [a, b] }, _, needed) => [
    needed[0] ? sumTo(g, a!.shape) : undefined,
    needed[1] ? negate(sumTo(g, b!.shape)) : undefined,
  ],
  tangent: ([a, b], node) => plus(spread(a, node.shape), b ? negate(spread(b, node.shape)!) : undefined),
});

const multiplyOp = binary("multiply", "Mul", (a, b) => a * b, {
  vjp: (g, { inputs: [a, b] }, _, needed) => [
    needed[0] ? sumTo(multiply(g, b!), a!.shape) : undefined,
    needed[1] ? sumTo(multiply(g, a!), b!.shape) : undefined,
  ],
  tangent: ([da, db], { inputs: [a, b] }) =>
    plus(da ? multiply(da, b!) : undefined, db ? multiply(a!, db) : undefined),
});

const divideOp = binary("divide", "Div", (a, b) => a / b, {
  vjp(g, node, _, needed) {
    const [a, b] = node.inputs;
    const q = divide(g, b!);
    return [
      needed[0] ? sumTo(q, a!.shape) : undefined,
      needed[1] ? negate(sumTo(multiply(q, node), b!.shape)) : undefined,
    ];
  },
  tangent: ([da, db], node) => {
    const b = node.inputs[1]!;
    return plus(da ? divide(da, b) : undefined, db ? negate(multiply(divide(node, b), db)) : undefined);
  },
});

/** Rows that broadcast against a larger result are spread over it, so that adding a missing partner loses nothing. */
function spread(rows: Tensor | undefined, shape: Shape): Tensor | undefined {
  if (rows === undefined || sizeOf(rows.shape.slice(1)) === sizeOf(shape.slice(1))) return rows;
  return add(rows, scalar(0, shape));
}

/** a + b, broadcasting. */
export const add = (a: Tensor, b: Tensor): Tensor => apply(addOp, [a, b], null);
/** a - b, broadcasting. */
export const subtract = (a: Tensor, b: Tensor): Tensor => apply(subtractOp, [a, b], null);
/** a * b, broadcasting. */
export const multiply = (a: Tensor, b: Tensor): Tensor => apply(multiplyOp, [a, b], null);
/** a / b, broadcasting. */
export const divide = (a: Tensor, b: Tensor): Tensor => apply(divideOp, [a, b], null);
/** x times a number. */
export const scale = (x: Tensor, factor: number): Tensor => multiply(x, scalar(factor));
/** x plus a number. */
export const shift = (x: Tensor, offset: number): Tensor => add(x, scalar(offset));

/** An elementwise function with its derivative, itself a graph of x and y = f(x); undefined where it is zero everywhere. */
function unary(
  name: string,
  onnx: string,
  kernel: (x: number) => number,
  derivative: ((x: Tensor, y: Tensor) => Tensor) | undefined,
): Op<null> {
  return {
    name,
    shape: ([x]) => x!,
    lower: (emit, inputs) => emit.node(onnx, inputs),
    evaluate: ([x]) => x!.map(kernel),
    vjp: (g, node) => [derivative && multiply(g, derivative(node.inputs[0]!, node))],
    tangent: ([dx], node) => (dx && derivative ? multiply(dx, derivative(node.inputs[0]!, node)) : undefined),
  };
}

const negateOp: Op<null> = {
  ...unary("negate", "Neg", (x) => -x, undefined),
  vjp: (g) => [negate(g)],
  tangent: ([dx]) => dx && negate(dx),
};
const signOp = unary("sign", "Sign", Math.sign, undefined);
const absOp = unary("abs", "Abs", Math.abs, (x) => sign(x));
const sqrtOp = unary("sqrt", "Sqrt", Math.sqrt, (_, y) => scale(reciprocal(y), 0.5));
const expOp = unary("exp", "Exp", Math.exp, (_, y) => y);
const logOp = unary("log", "Log", Math.log, (x) => reciprocal(x));
const reciprocalOp = unary(
  "reciprocal",
  "Reciprocal",
  (x) => 1 / x,
  (_, y) => negate(multiply(y, y)),
);
const sigmoidOp = unary(
  "sigmoid",
  "Sigmoid",
  (x) => 1 / (1 + Math.exp(-x)),
  (_, y) => subtract(y, multiply(y, y)),
);
const erfOp = unary("erf", "Erf", erf, (x) => scale(exp(negate(multiply(x, x))), 2 / Math.sqrt(Math.PI)));

const cosOp = unary("cos", "Cos", Math.cos, (x) => negate(sin(x)));
const sinOp = unary("sin", "Sin", Math.sin, (x) => cos(x));

const powerOp: Op<{ exponent: number }> = {
  name: "power",
  shape: ([x]) => x!,
  lower: (emit, [x], _, { exponent }) => emit.node("Pow", [x!, emit.scalar(exponent)]),
  evaluate: ([x], _, { exponent }) => x!.map((value) => value ** exponent),
  vjp: (g, { inputs: [x] }, { exponent }) => [multiply(g, scale(power(x!, exponent - 1), exponent))],
  tangent: ([dx], { inputs: [x] }, { exponent }) =>
    dx && multiply(dx, scale(power(x!, exponent - 1), exponent)),
};

export const negate = (x: Tensor): Tensor => apply(negateOp, [x], null);
/** -1, 0 or 1; its derivative is taken as zero everywhere. */
export const sign = (x: Tensor): Tensor => apply(signOp, [x], null);
export const abs = (x: Tensor): Tensor => apply(absOp, [x], null);
export const sqrt = (x: Tensor): Tensor => apply(sqrtOp, [x], null);
export const exp = (x: Tensor): Tensor => apply(expOp, [x], null);
export const log = (x: Tensor): Tensor => apply(logOp, [x], null);
export const reciprocal = (x: Tensor): Tensor => apply(reciprocalOp, [x], null);
export const cos = (x: Tensor): Tensor => apply(cosOp, [x], null);
export const sin = (x: Tensor): Tensor => apply(sinOp, [x], null);
export const sigmoid = (x: Tensor): Tensor => apply(sigmoidOp, [x], null);
/** Gauss error function, as the exact GELU needs it. */
export const erfOf = (x: Tensor): Tensor => apply(erfOp, [x], null);
/** x to a constant real power; x must be positive unless the power is an integer. */
export const power = (x: Tensor, exponent: number): Tensor => apply(powerOp, [x], { exponent });
