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
export function explainGraph(config: ModelConfig, plan: RowPlan): ModelGraph<"output" | "rowsOut"> {
  const inputs = modelInputs(config, 1, plan.tokenRows.length);
  const { network, parameters } = collectParameters((parameter) => model(config, parameter, inputs));
  const rows = input("rows", [plan.rows, ...inputs.x.shape.slice(1)]);
  const rowsOut = rowsThrough(network, inputs.x, rows, plan);
  return { outputs: { output: network.output, rowsOut }, parameters };
}

/** Rows [R, 6, H, W] through the frozen network: each row's part of x, its own tokens, and time in one of them. */
export function rowsThrough(
  network: Pick<Model, "output" | "embedding" | "context">,
  x: Tensor,
  rows: Tensor,
  plan: RowPlan,
): Tensor {
  const tokenCount = plan.tokenRows.length;
  const timed = new Float32Array(plan.rows).fill(1, plan.timeRow, plan.timeRow + 1); // [R]
  const seeds = new Map([
    [x, rows],
    [network.context, multiply(network.context, constant(belongsTo(plan), [plan.rows, tokenCount, 1]))],
    [network.embedding, multiply(network.embedding, constant(timed, [plan.rows, 1]))],
  ]);
  return forwardRows([network.output], seeds)[0]!;
}

/** 1 where a row holds a token [R, K]. */
export function belongsTo({ rows, tokenRows }: Pick<RowPlan, "rows" | "tokenRows">): Float32Array {
  const belongs = new Float32Array(rows * tokenRows.length);
  tokenRows.forEach((row, token) => {
    belongs[row * tokenRows.length + token] = 1;
  });
  return belongs;
}
