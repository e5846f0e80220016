import {
  type AffineStep,
  abs,
  add,
  broadcastTo,
  concat,
  constant,
  conv,
  cos,
  erfOf,
  forwardRows,
  gate,
  input,
  matmul,
  multiply,
  type Parameters,
  reciprocal,
  reshape,
  scale,
  shift,
  sigmoid,
  sin,
  slice,
  softmax,
  sqrt,
  standardise,
  sumOfSquares,
  type Tensor,
  transpose,
  within,
} from "../../src/index.js";

// The paper's main model in one file: a B-cos U-Net that predicts clean pictures, and the account of what it draws.
//
// Nothing adds a constant, but for the time embedding, which is a source of its own. Whatever depends on the input and
// multiplies a signal stands in `gate(...)`: cosines, attention weights, deviations, sigmoids. Hold the gates at their
// values, and the network is linear in (picture, prompt, time): the parts of these three become parts of the output.
//
// Shapes: B pictures, C channels, H x W pixels, N positions, K prompt tokens, R rows of an account.

/** Sizes of the network. */
export interface Settings {
  readonly modelChannels: number;
  /** Width of each level in multiples of `modelChannels`; each level halves the sides. */
  readonly multipliers: readonly number[];
  readonly residualBlocks: number;
  /** Downsampling factors at which attention follows a residual block. */
  readonly attentionFactors: readonly number[];
  readonly headChannels: number;
  readonly groups: number;
}

/** The paper's sizes (App. C): 526,199,040 parameters for prompts of width 1024. */
export const PAPER: Settings = {
  modelChannels: 320,
  multipliers: [1, 1, 4, 4],
  residualBlocks: 1,
  attentionFactors: [4, 2, 1],
  headChannels: 64,
  groups: 32,
};

// --- B-cos layers (Eq. 1) -------------------------------------------------------------------------------------------

const uniform = (fanIn: number) => ({ kind: "uniform", bound: 1 / Math.sqrt(fanIn) }) as const;
const one = { kind: "constant", value: 1 } as const;

/** A weight whose rows [C', ...] have length 1, so that its products are cosines times the input's length. */
function unitRows(parameters: Parameters, shape: readonly number[]): Tensor {
  const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
  const w = parameters("linear.weight", shape, uniform(fanIn));
  const length = sqrt(
    sumOfSquares(
      w,
      shape.slice(1).map((_, i) => i + 1),
    ),
  ); // [C', 1, ...]
  return multiply(w, reciprocal(length));
}

/** u |cos|, B = 2: the projection u, damped by how far the input points away from the row. */
const aligned = (u: Tensor, norm: Tensor): Tensor => multiply(u, gate(multiply(abs(u), reciprocal(norm))));

/** x [..., C] to [..., width]. */
function bcosLinear(parameters: Parameters, x: Tensor, width: number): Tensor {
  const u = matmul(x, unitRows(parameters, [width, x.shape.at(-1)!]), { transposeB: true });
  return aligned(u, sqrt(shift(sumOfSquares(x, [x.shape.length - 1]), 1e-24)));
}

/** x [B, C, H, W] to [B, width, H', W']; the norm is that of the zero-padded patch. */
function bcosConv(parameters: Parameters, x: Tensor, width: number, kernel = 3, stride = 1): Tensor {
  const window = { stride, padding: (kernel - 1) / 2 };
  const u = conv(x, unitRows(parameters, [width, x.shape[1]!, kernel, kernel]), window);
  const box = constant(new Float32Array(kernel * kernel).fill(1), [1, 1, kernel, kernel]);
  return aligned(u, sqrt(shift(conv(sumOfSquares(x, [1]), box, window), 1e-6)));
}

// --- Norms and activations: subtracting a mean is linear, dividing by a deviation is a gate -------------------------

/** Mean 0 and variance 1 in each group of channels of x [B, C, H, W]. */
function standardGroups(x: Tensor, groups: number, epsilon: number): Tensor {
  const [batch, channels, height, width] = x.shape;
  const grouped = reshape(x, [batch!, groups, (channels! / groups) * height! * width!]);
  return reshape(standardise(grouped, 2, epsilon), x.shape);
}

/** Group norm with a weight per channel and no bias. */
function groupNorm(parameters: Parameters, x: Tensor, groups: number): Tensor {
  const channels = x.shape[1]!;
  const weight = reshape(parameters("weight", [channels], one), [1, channels, 1, 1]);
  return multiply(standardGroups(x, groups, 1e-5), weight);
}

/** Layer norm of tokens x [..., C] with a weight per channel and no bias. */
function layerNorm(parameters: Parameters, x: Tensor): Tensor {
  const weight = parameters("weight", [x.shape.at(-1)!], one);
  return multiply(standardise(x, x.shape.length - 1, 1e-5), weight);
}

const silu = (x: Tensor): Tensor => multiply(x, gate(sigmoid(x)));

/** Exact GELU, x Phi(x). */
const gelu = (x: Tensor): Tensor => scale(multiply(x, shift(erfOf(scale(x, Math.SQRT1_2)), 1)), 0.5);

// --- Transformer (Eq. 4): who listens to whom is a gate, what is heard is B-cos -------------------------------------

/** A prompt: vectors [B, K, C], and 1 for each token, 0 for padding, start and end. */
export interface Prompt {
  readonly tokens: Tensor;
  readonly mask: Tensor; // [B, K]
}

/** A plain projection without a bias; it only feeds gates. */
const plainLinear = (parameters: Parameters, x: Tensor, width: number): Tensor =>
  matmul(x, parameters("weight", [width, x.shape.at(-1)!], uniform(x.shape.at(-1)!)), { transposeB: true });

/** x [B, N, C] attends to tokens [B, M, C']; masked ones are not heard, and a prompt without any gives 0. */
function attention(parameters: Parameters, x: Tensor, tokens: Tensor, heads: number, mask?: Tensor): Tensor {
  const at = (name: string) => within(parameters, name);
  const [batch, positions, width] = x.shape;
  const size = width! / heads;
  const split = (t: Tensor) => transpose(reshape(t, [batch!, t.shape[1]!, heads, size]), [0, 2, 1, 3]); // [B, h, N, d]
  const q = split(plainLinear(at("to_q"), x, width!));
  const k = split(plainLinear(at("to_k"), tokens, width!));
  const heard = bcosLinear(at("to_v"), tokens, width!); // [B, M, width]
  const v = split(mask ? multiply(heard, reshape(mask, [...mask.shape, 1])) : heard);
  const scores = scale(matmul(q, k, { transposeB: true }), size ** -0.5); // [B, h, N, M]
  const allowed = mask
    ? add(scores, reshape(scale(shift(mask, -1), 1e9), [batch!, 1, 1, mask.shape[1]!]))
    : scores;
  const out = transpose(matmul(gate(softmax(allowed)), v), [0, 2, 1, 3]); // [B, N, h, d]
  return bcosLinear(at("to_out.0"), reshape(out, [batch!, positions!, width!]), width!);
}

/** GEGLU: one half carries the signal, the other is its gate. */
function feedForward(parameters: Parameters, x: Tensor): Tensor {
  const width = x.shape[2]!;
  const both = bcosLinear(within(parameters, "net.0.proj"), x, 8 * width);
  const [value, control] = [slice(both, 2, 0, 4 * width), slice(both, 2, 4 * width, 8 * width)];
  return bcosLinear(within(parameters, "net.2"), multiply(value, gate(gelu(control))), width);
}

/** On a picture x [B, C, H, W]: pixels attend to pixels, then to the prompt. */
function spatialTransformer(
  { headChannels, groups }: Settings,
  parameters: Parameters,
  x: Tensor,
  prompt: Prompt,
): Tensor {
  const at = (name: string) => within(parameters, name);
  const block = (name: string) => at(`transformer_blocks.0.${name}`);
  const [batch, channels, height, width] = x.shape;
  const heads = channels! / headChannels;
  const pixels = reshape(standardGroups(x, groups, 1e-6), [batch!, channels!, height! * width!]);
  let h = bcosLinear(at("proj_in"), transpose(pixels, [0, 2, 1]), channels!); // [B, H * W, C]
  const own = layerNorm(block("norm1"), h);
  h = add(h, attention(block("attn1"), own, own, heads));
  h = add(h, attention(block("attn2"), layerNorm(block("norm2"), h), prompt.tokens, heads, prompt.mask));
  h = add(h, feedForward(block("ff"), layerNorm(block("norm3"), h)));
  const out = bcosLinear(at("proj_out"), h, channels!);
  return add(x, reshape(transpose(out, [0, 2, 1]), x.shape));
}

// --- U-Net ----------------------------------------------------------------------------------------------------------

/** Norm, SiLU, convolution, + time, norm, SiLU, convolution, + skip; x [B, C, H, W] to [B, width, H, W]. */
function residualBlock(
  { groups }: Settings,
  parameters: Parameters,
  x: Tensor,
  embedding: Tensor,
  width: number,
): Tensor {
  const at = (name: string) => within(parameters, name);
  const first = bcosConv(at("in_layers.2"), silu(groupNorm(at("in_layers.0"), x, groups)), width);
  const time = bcosLinear(at("emb_layers.1"), silu(embedding), width); // [B, width]
  const timed = add(first, reshape(time, [...time.shape, 1, 1]));
  const second = bcosConv(at("out_layers.3"), silu(groupNorm(at("out_layers.0"), timed, groups)), width);
  return add(x.shape[1] === width ? x : bcosConv(at("skip_connection"), x, width, 1), second);
}

/** Doubles the sides of x [B, C, H, W] by repeating pixels. */
function doubled(x: Tensor): Tensor {
  const [batch, channels, height, width] = x.shape;
  const apart = reshape(x, [batch!, channels!, height!, 1, width!, 1]);
  const repeated = broadcastTo(apart, [batch!, channels!, height!, 2, width!, 2]);
  return reshape(repeated, [batch!, channels!, 2 * height!, 2 * width!]);
}

/** Sinusoids of time steps t [B] through two ordinary layers with biases: [B, 4 * modelChannels]. */
function timeEmbedding({ modelChannels }: Settings, parameters: Parameters, t: Tensor): Tensor {
  const half = modelChannels / 2;
  const { fround } = Math; // the authors' frequencies are float32 at every step
  const frequencies = Float32Array.from({ length: half }, (_, i) =>
    Math.exp(fround(fround(fround(-Math.log(10000)) * i) / half)),
  );
  const angles = multiply(reshape(t, [t.shape[0]!, 1]), constant(frequencies, [1, half]));
  const affine = (name: string, x: Tensor) => {
    const own = within(parameters, name);
    const bias = own("bias", [4 * modelChannels], uniform(x.shape[1]!));
    return add(plainLinear(own, x, 4 * modelChannels), bias);
  };
  return affine("time_embed.2", silu(affine("time_embed.0", concat([cos(angles), sin(angles)], 1))));
}

/** A picture's prediction, and the time embedding, where time enters it. */
export interface Network {
  readonly output: Tensor; // [B, 6, H, W]
  readonly embedding: Tensor; // [B, 4 * modelChannels]
}

/** The clean picture [B, 6, H, W] seen in x [B, 6, H, W] at time steps t [B], parameters named as in the authors' files. */
export function bcosUNet(
  settings: Settings,
  parameters: Parameters,
  x: Tensor,
  t: Tensor,
  prompt: Prompt,
): Network {
  const { modelChannels, multipliers, residualBlocks, attentionFactors, groups } = settings;
  const at = (name: string) => within(parameters, name);
  const embedding = timeEmbedding(settings, parameters, t);
  const residual = (name: string, h: Tensor, width: number) =>
    residualBlock(settings, at(name), h, embedding, width);
  const transformer = (name: string, h: Tensor) => spatialTransformer(settings, at(name), h, prompt);
  const block = (name: string, h: Tensor, level: number) => {
    const out = residual(`${name}.0`, h, multipliers[level]! * modelChannels);
    return attentionFactors.includes(2 ** level) ? transformer(`${name}.1`, out) : out;
  };

  let h = bcosConv(at("input_blocks.0.0"), x, modelChannels);
  const skips = [h];
  for (const level of multipliers.keys()) {
    for (let i = 0; i < residualBlocks; i++) {
      h = block(`input_blocks.${skips.length}`, h, level);
      skips.push(h);
    }
    if (level === multipliers.length - 1) break;
    h = bcosConv(at(`input_blocks.${skips.length}.0.op`), h, h.shape[1]!, 3, 2);
    skips.push(h);
  }

  h = residual("middle_block.0", h, h.shape[1]!);
  h = transformer("middle_block.1", h);
  h = residual("middle_block.2", h, h.shape[1]!);

  let index = 0;
  for (const level of [...multipliers.keys()].reverse()) {
    for (let i = 0; i <= residualBlocks; i++) {
      h = block(`output_blocks.${index}`, concat([h, skips.pop()!], 1), level);
      if (level > 0 && i === residualBlocks) {
        const place = attentionFactors.includes(2 ** level) ? 2 : 1;
        h = bcosConv(at(`output_blocks.${index}.${place}.conv`), doubled(h), h.shape[1]!);
      }
      index++;
    }
  }
  return { output: bcosConv(at("out.2"), silu(groupNorm(at("out.0"), h, groups)), x.shape[1]!), embedding };
}

// --- The account: one row for each token, the noise, time and mu ----------------------------------------------------

/** Each source's part of the prediction [R, 6, H, W], R = K + 3, from its part of x: input `rows` [R, 6, H, W]. */
export function accountOf({ output, embedding }: Network, x: Tensor, { tokens }: Prompt): Tensor {
  const count = tokens.shape[1]!;
  const rows = count + 3;
  const own = Float32Array.from({ length: rows * count }, (_, i) =>
    Number(Math.floor(i / count) === i % count),
  );
  const isTime = Float32Array.from({ length: rows }, (_, row) => Number(row === count + 1));
  const seeds = new Map([
    [x, input("rows", [rows, ...x.shape.slice(1)])],
    [tokens, multiply(tokens, constant(own, [rows, count, 1]))], // to each token's row, the token
    [embedding, multiply(embedding, constant(isTime, [rows, 1]))],
  ]);
  return forwardRows([output], seeds)[0]!; // through the network with its gates held
}

/** The network and its account at work: x [6, H, W], rows [R, 6, H, W] and t in, both predictions out. */
export type Run = (
  x: Float32Array,
  rows: Float32Array,
  t: number,
) => Promise<{ readonly output: Float32Array; readonly rows: Float32Array }>;

/**
 * Draws from noise x_T [6, H, W]: the picture, and rows that add up to it, of `count` tokens, noise, time and mu.
 *
 * A sampler's step is x' = input x + output net(x) + mu; every row takes it too, and the constant goes to mu's row.
 */
export async function draw(run: Run, steps: readonly AffineStep[], xT: Float32Array, count: number) {
  const length = xT.length;
  let x = xT;
  let rows = new Float32Array((count + 3) * length);
  rows.set(xT, count * length); // before the first step, all is noise
  for (const step of steps) {
    const net = await run(x, rows, step.t);
    x = x.map((value, i) => step.input * value + step.output * net.output[i]! + step.mu);
    rows = rows.map((value, i) => {
      const constantPart = Math.floor(i / length) === count + 2 ? step.mu : 0;
      return step.input * value + step.output * net.rows[i]! + constantPart;
    });
  }
  return { x, rows };
}
