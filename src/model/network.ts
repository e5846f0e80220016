import { type Parameters, type Start, within, zeros } from "../bcos/parameters.js";
import { add, multiply } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/product.js";
import { reshape, slice } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import { frozenWidth, type ModelConfig } from "./model-config.js";
import { isClip } from "./text-config.js";
import { type UNet, unet } from "./unet.js";

/** What a model takes: noisy pictures, time steps and the vectors of its prompt's tokens. */
export interface ModelInputs {
  readonly x: Tensor; // [B, 6, H, W]
  readonly t: Tensor; // [B]
  /** Frozen vectors [B, K, C], then one-hot rows of a learnt table [B, K, V], or one of the two; zeros select none. */
  readonly tokens: Tensor;
  /** 1 for a token, 0 for padding. */
  readonly mask: Tensor; // [B, K]
}

export interface Model extends UNet {
  /** Token vectors with their positions added, zero where masked: what the prompt contributes through. */
  readonly context: Tensor; // [B, K, C]
}

/** The network with its prompt. */
export function model(
  config: Pick<ModelConfig, "unet" | "text">,
  parameters: Parameters,
  { x, t, tokens, mask }: ModelInputs,
): Model {
  const context = promptContext(config, parameters, { tokens, mask });
  return { ...unet(config.unet, parameters, { x, t, context: { tokens: context, mask } }), context };
}

/**
 * The prompt with its learnt positions: context = (token vector + position) * mask [B, K, C]; CLIP's vectors have theirs
 * already.
 *
 * A learnt table stands before the context, so that a token contributes through its vector in any case.
 */
export function promptContext(
  { unet: settings, text }: Pick<ModelConfig, "unet" | "text">,
  parameters: Parameters,
  { tokens, mask }: Pick<ModelInputs, "tokens" | "mask">,
): Tensor {
  const named = within(parameters, "text");
  const { contextWidth: width } = settings;
  const count = tokens.shape[1]!;
  const frozen = frozenWidth({ text, unet: settings });
  const parts = [
    ...(frozen > 0 ? [slice(tokens, 2, 0, frozen)] : []),
    ...(text.tokenIds === undefined
      ? []
      : [
          learntVectors(
            named,
            slice(tokens, 2, frozen, tokens.shape[2]!),
            width,
            frozen > 0 ? zeros : unitLength(width),
          ),
        ]),
  ];
  const vectors = parts.reduce(add); // [B, K, C]
  const positions = () => {
    const table = named("positions", [text.maxTokens, width], zeros);
    return reshape(slice(table, 0, 0, count), [1, count, width]);
  };
  const placed = isClip(text.vectors) ? vectors : add(vectors, positions());
  return multiply(placed, reshape(mask, [...mask.shape, 1]));
}

/** Rows of a learnt table, selected by one-hot rows [B, K, V]: [B, K, C]. */
function learntVectors(parameters: Parameters, rows: Tensor, width: number, start: Start): Tensor {
  return matmul(rows, parameters("table", [rows.shape[2]!, width], start));
}

/** Rows that start at a length near 1, as random vectors have. */
const unitLength = (width: number): Start => ({ kind: "normal", deviation: 1 / Math.sqrt(width) });
