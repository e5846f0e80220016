import * as z from "zod";
import { UsageError } from "../errors.js";
import { CLIP_POSITIONS } from "../text/prompt.js";
import { explain, parseUNetConfig, type UNetConfig } from "./config.js";
import { type ModelConfig, parseModelConfig } from "./model-config.js";

/** U-Net settings under the names of the paper authors' configuration files. */
const authorsSchema = z.strictObject({
  image_size: z.int().optional(),
  in_channels: z.int().default(6),
  out_channels: z.int().default(6),
  model_channels: z.int(),
  attention_resolutions: z.array(z.int()),
  num_res_blocks: z.int(),
  channel_mult: z.array(z.int()),
  num_head_channels: z.int().default(-1),
  num_heads: z.int().default(-1),
  use_spatial_transformer: z.literal(true).default(true),
  use_linear_in_transformer: z.boolean().default(true),
  transformer_depth: z.int().default(1),
  /** Their transformers of more than one block take one width per block. */
  context_dim: z.union([z.int(), z.array(z.int()).min(1)]),
  legacy: z.literal(false).default(false),
  dropout: z.literal(0).default(0),
  dims: z.literal(2).default(2),
  conv_resample: z.literal(true).default(true),
  num_classes: z.null().default(null),
  resblock_updown: z.literal(false).default(false),
  use_scale_shift_norm: z.literal(false).default(false),
  time_encoding: z.literal("default").default("default"),
  use_checkpoint: z.boolean().optional(),
  use_fp16: z.boolean().optional(),
  B: z.number().default(2),
  max_out: z.int().default(1),
  use_bcos: z.boolean().default(true),
  bcos_normalize: z.boolean().default(true),
  bcos_normalize_final: z.boolean().default(false),
});

/**
 * Translates the authors' U-Net settings for pictures of side `imageSize`; their own `image_size` is unused there too.
 *
 * Unit-length convolutions keep B = 2 whatever `B` says, as in the authors' code. Throws UsageError.
 */
export function fromAuthorsConfig(value: unknown, imageSize: number): UNetConfig {
  const result = authorsSchema.safeParse(value);
  if (!result.success) throw new UsageError(`network settings: ${explain(result.error)}`);
  const settings = result.data;
  if (settings.in_channels !== settings.out_channels) {
    throw new UsageError(
      `network settings: out_channels must equal in_channels; got ${settings.out_channels} and ${settings.in_channels}`,
    );
  }
  if (settings.num_head_channels <= 0) {
    throw new UsageError(
      "network settings: num_head_channels must be given; a fixed num_heads is not supported",
    );
  }
  const [contextWidth, ...otherWidths] = [settings.context_dim].flat();
  if (otherWidths.some((width) => width !== contextWidth)) {
    throw new UsageError(
      `network settings: context_dim must be one width for all blocks; got ${settings.context_dim}`,
    );
  }
  const free = !settings.bcos_normalize;
  return parseUNetConfig({
    imageSize,
    channels: settings.in_channels,
    modelChannels: settings.model_channels,
    channelMultipliers: settings.channel_mult,
    residualBlocks: settings.num_res_blocks,
    attentionFactors: settings.attention_resolutions,
    headChannels: settings.num_head_channels,
    transformerDepth: settings.transformer_depth,
    transformerProjection: settings.use_linear_in_transformer ? "linear" : "conv",
    contextWidth,
    layers: settings.use_bcos
      ? {
          kind: "bcos",
          b: settings.B,
          convB: free ? settings.B : 2,
          maxOut: settings.max_out,
          weights: free ? "free" : "unit",
          finalWeights: settings.bcos_normalize_final ? "unit" : "free",
          ...(free && settings.bcos_normalize_final ? { finalB: 2 } : {}),
        }
      : { kind: "ordinary" },
  });
}

/** What of the authors' configuration files decides the model; their other keys are about training and logging. */
const authorsModelSchema = z.object({
  model: z.object({
    params: z.object({
      parameterization: z.enum(["eps", "x0"]).default("eps"),
      image_size: z.int().positive(),
      timesteps: z.literal(1000).default(1000),
      linear_start: z.literal(0.00085),
      linear_end: z.literal(0.012),
      mean: z.number().default(0.5),
      stdev: z.number().positive().default(0.5),
      unet_config: z.object({ params: z.unknown() }),
    }),
  }),
});

/** CLIP ViT-H-14 up to the penultimate block, which all of their networks were trained on. */
const CLIP = {
  width: 1024,
  text: {
    vectors: "clip-transformer",
    encoder: { blocks: 23, heads: 16, hiddenWidth: 4096, activation: "gelu" },
    maxTokens: 75,
  },
};

/** Whether settings have the form of the authors' files, not pellucid's own. */
export const isAuthorsForm = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "model" in value;

/** Translates a whole configuration file of the authors, read as JSON, into settings of that name. Throws UsageError. */
export function fromAuthorsModel(value: unknown, name: string): ModelConfig {
  const result = authorsModelSchema.safeParse(value);
  if (!result.success) throw new UsageError(`model settings: ${explain(result.error)}`);
  const { parameterization, mean, stdev, image_size: imageSize, unet_config } = result.data.model.params;
  const unet = fromAuthorsConfig(unet_config.params, imageSize);
  return parseModelConfig({
    name,
    prediction: parameterization,
    process: { mu: mean, sigma: stdev },
    unet,
    // A network of another width was made for tests: it takes any vectors.
    text: unet.contextWidth === CLIP.width ? CLIP.text : { vectors: "random", maxTokens: CLIP_POSITIONS },
  });
}
