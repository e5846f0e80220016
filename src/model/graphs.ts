import { constant, input } from "../graph/ops/constant.js";
import { multiply } from "../graph/ops/elementwise.js";
import { forwardRows } from "../graph/rows.js";
import type { Tensor } from "../graph/tensor.js";
import { type ModelConfig, tokenWidth } from "./model-config.js";
import { type Model, type ModelInputs, model } from "./network.js";
import { collectParameters, type ParameterSpec } from "./weights.js";

/** A graph with named outputs, and the parameters it needs beside its inputs. */
export interface ModelGraph<Name extends string> {
  readonly outputs: Readonly<Record<Name, Tensor>>;
  readonly parameters: readonly ParameterSpec[];
}

/** Inputs `x` [B, 6, H, W], `t` [B], `tokens` [B, K, `tokenWidth(config)`], `mask` [B, K]. */
export function modelInputs(config: ModelConfig, batch: number, tokens: number): ModelInputs {
  const { channels, imageSize } = config.unet;
  return {
    x: input("x", [batch, channels, imageSize, imageSize]),
    t: input("t", [batch]),
    tokens: input("tokens", [batch, tokens, tokenWidth(config)]),
    mask: input("mask", [batch, tokens]),
  };
}

/** The network alone: output `output` [B, 6, H, W]. */
export function denoiseGraph(config: ModelConfig, batch: number, tokens: number): ModelGraph<"output"> {
  const { network, parameters } = collectParameters((parameter) =>
    model(config, parameter, modelInputs(config, batch, tokens)),
  );
  return { outputs: { output: network.output }, parameters };
}

/** Which row of a ledger holds which of the network's own sources. */
export interface RowPlan {
  /** Rows in all. */
  readonly rows: number;
  /** The row that each token contributes to: its own, or one for all in the unconditional branch of guidance. */
  readonly tokenRows: readonly number[];
  /** The row of the time embedding. */
  readonly timeRow: number;
}

/**
 * The network in lockstep with rows through its frozen self.
 *
 * Inputs as `modelInputs` with batch 1, and `rows` [R, 6, H, W], each source's own part of x. Outputs `output`
 * [1, 6, H, W] and `rowsOut` [R, 6, H, W], which add up to it.
 */
export const explainGraph = (config: ModelConfig, plan: RowPlan): ModelGraph<"output" | "rowsOut"> =>
  lockstepGraph(config, plan.rows, plan.tokenRows.length, sharesOf(plan));

/**
 * The same for any `rows` of a ledger, so that a long one is taken in parts: which tokens, and whether time, a row holds are
 * inputs too, `tokenShares` [R, K, 1] and `timeShares` [R, 1].
 */
export const explainPartGraph = (
  config: ModelConfig,
  rows: number,
  tokens: number,
): ModelGraph<"output" | "rowsOut"> =>
  lockstepGraph(config, rows, tokens, {
    tokens: input("tokenShares", [rows, tokens, 1]),
    time: input("timeShares", [rows, 1]),
  });

function lockstepGraph(
  config: ModelConfig,
  count: number,
  tokens: number,
  shares: RowShares,
): ModelGraph<"output" | "rowsOut"> {
  const inputs = modelInputs(config, 1, tokens);
  const { network, parameters } = collectParameters((parameter) => model(config, parameter, inputs));
  const rows = input("rows", [count, ...inputs.x.shape.slice(1)]);
  const rowsOut = rowsThrough(network, inputs.x, rows, shares);
  return { outputs: { output: network.output, rowsOut }, parameters };
}

/** 1 where a row holds a token or time, else 0. */
export interface RowShares {
  readonly tokens: Tensor; // [R, K, 1]
  readonly time: Tensor; // [R, 1]
}

/** A plan's shares as constants. */
export const sharesOf = (plan: RowPlan): RowShares => ({
  tokens: constant(belongsTo(plan), [plan.rows, plan.tokenRows.length, 1]),
  time: constant(timed(plan), [plan.rows, 1]),
});

/** Rows [R, 6, H, W] through the frozen network: each row's part of x, its own tokens, and time in one of them. */
export function rowsThrough(
  network: Pick<Model, "output" | "embedding" | "context">,
  x: Tensor,
  rows: Tensor,
  shares: RowShares,
): Tensor {
  const seeds = new Map([
    [x, rows],
    [network.context, multiply(network.context, shares.tokens)],
    [network.embedding, multiply(network.embedding, shares.time)],
  ]);
  return forwardRows([network.output], seeds)[0]!;
}

/** 1 for the row of the time embedding [R]. */
export const timed = ({ rows, timeRow }: Pick<RowPlan, "rows" | "timeRow">): Float32Array =>
  new Float32Array(rows).fill(1, timeRow, timeRow + 1);

/** 1 where a row holds a token [R, K]. */
export function belongsTo({ rows, tokenRows }: Pick<RowPlan, "rows" | "tokenRows">): Float32Array {
  const belongs = new Float32Array(rows * tokenRows.length);
  tokenRows.forEach((row, token) => {
    belongs[row * tokenRows.length + token] = 1;
  });
  return belongs;
}
