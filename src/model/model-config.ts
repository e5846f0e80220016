import * as z from "zod";
import { UsageError } from "../errors.js";
import { explain, parseUNetConfig, unetSchema } from "./config.js";

const positive = z.int().positive();

/** Settings of a whole model: the network, what it predicts, and how its prompt becomes vectors. */
export const modelSchema = z.strictObject({
  /** What the model is called in outputs. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and hyphens"),
  /** The clean picture, or the noise. */
  prediction: z.enum(["x0", "eps"]).default("x0"),
  schedule: z.enum(["scaled-linear", "linear"]).default("scaled-linear"),
  unet: unetSchema,
  text: z
    .strictObject({
      /** Frozen word meaning beside a frozen random identity, the identity alone, or a learnt table. */
      vectors: z.enum(["meaning", "random", "learnt"]).default("meaning"),
      /** The tokens that a learnt table has rows for, in row order. */
      tokenIds: z.array(z.int().nonnegative()).min(1).optional(),
      /** Seed of the random identities. */
      seed: z.int().nonnegative().default(0),
      /** Longest prompt, in tokens. */
      maxTokens: positive.default(24),
    })
    .refine(({ vectors, tokenIds }) => (vectors === "learnt") === (tokenIds !== undefined), {
      path: ["tokenIds"],
      error: "must be given with learnt vectors, and with no others",
    })
    .refine(({ tokenIds = [] }) => new Set(tokenIds).size === tokenIds.length, {
      path: ["tokenIds"],
      error: "must not name a token twice",
    })
    .prefault({}),
});

export type ModelConfig = z.infer<typeof modelSchema>;

/** Numbers that each token enters the network as: its vector, or its row of a learnt table as one-hot. */
export const tokenWidth = ({ text, unet }: ModelConfig): number => text.tokenIds?.length ?? unet.contextWidth;

/**
 * Checks a model's settings and fills in the defaults.
 *
 * Throws UsageError as `parseUNetConfig` does, and if pictures have other channels than r, g, b and their complements.
 */
export function parseModelConfig(value: unknown): ModelConfig {
  const result = modelSchema.safeParse(value);
  if (!result.success) throw new UsageError(`model settings: ${explain(result.error)}`);
  const unet = parseUNetConfig(result.data.unet);
  if (unet.channels !== 6) {
    throw new UsageError(
      `model settings: unet.channels must be 6, for r, g, b and their complements; got ${unet.channels}`,
    );
  }
  return { ...result.data, unet };
}
