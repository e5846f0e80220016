import { thaw } from "../graph/freeze.js";
import { constant, input } from "../graph/ops/constant.js";
import { multiply } from "../graph/ops/elementwise.js";
import { mean } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/structure.js";
import { forwardRows } from "../graph/rows.js";
import type { Tensor } from "../graph/tensor.js";
import { belongsTo, type ModelGraph, modelInputs, type RowPlan } from "./graphs.js";
import type { ModelConfig } from "./model-config.js";
import { promptContext } from "./network.js";
import { unet } from "./unet.js";
import { collectParameters } from "./weights.js";

/**
 * The network with ordinary derivatives in forward mode, no gate held.
 *
 * Inputs as `modelInputs` with batch 1; `strength` [1], which multiplies every token's vector c; `rows` [R, 6, H, W], a
 * direction of x each. Outputs `output` [1, 6, H, W], and `rowsOut` [R, 6, H, W]: the derivative of the output along a row's
 * direction of x and, for each token that the row holds, along c.
 */
export function tangentGraph(
  config: ModelConfig,
  plan: Pick<RowPlan, "rows" | "tokenRows">,
): ModelGraph<"output" | "rowsOut"> {
  const inputs = modelInputs(config, 1, plan.tokenRows.length);
  const rows = input("rows", [plan.rows, ...inputs.x.shape.slice(1)]);
  const strength = reshape(input("strength", [1]), [1, 1, 1]);
  const { network: outputs, parameters } = collectParameters((parameter) => {
    const whole = promptContext(config, parameter, inputs); // [1, K, C]
    const scaled = multiply(whole, strength);
    const { x, t, mask } = inputs;
    const network = unet(config.unet, parameter, { x, t, context: { tokens: scaled, mask } });
    const [output, context] = thaw([network.output, scaled]);
    const seeds = new Map([
      [x, rows],
      [context!, multiply(whole, constant(belongsTo(plan), [plan.rows, plan.tokenRows.length, 1]))],
    ]);
    return { output: output!, rowsOut: forwardRows([output!], seeds)[0]! };
  });
  return { outputs, parameters };
}

/** The network, and how much its pixels listen to each token. */
export interface AttentionGraph extends ModelGraph<string> {
  /** Names of the outputs with attention, from the network's input to its output. */
  readonly layers: readonly string[];
}

/**
 * The network with its cross-attention.
 *
 * Inputs as `modelInputs` with batch 1. Outputs `output` [1, 6, H, W], and per layer the probabilities [1, 1, N, K] of its N
 * pixels over the tokens, averaged over heads: in every pixel they add up to 1.
 */
export function attentionGraph(config: ModelConfig, tokens: number): AttentionGraph {
  const { x, t, ...prompt } = modelInputs(config, 1, tokens);
  const heard: Tensor[] = [];
  const onAttention = (probabilities: Tensor) => heard.push(mean(probabilities, [1]));
  const { network, parameters } = collectParameters((parameter) => {
    const context = promptContext(config, parameter, prompt); // [1, K, C]
    return unet(config.unet, parameter, {
      x,
      t,
      context: { tokens: context, mask: prompt.mask, onAttention },
    });
  });
  const layers = heard.map((probabilities, layer) => [`attention${layer}`, probabilities] as const);
  return {
    outputs: { output: network.output, ...Object.fromEntries(layers) },
    parameters,
    layers: layers.map(([name]) => name),
  };
}
