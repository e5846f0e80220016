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
      /** Frozen word meaning beside a frozen random identity, or the identity alone. */
      vectors: z.enum(["meaning", "random"]).default("meaning"),
      /** Seed of the random identities. */
      seed: z.int().nonnegative().default(0),
      /** Longest prompt, in tokens. */
      maxTokens: positive.default(24),
    })
    .prefault({}),
});

export type ModelConfig = z.infer<typeof modelSchema>;

/** Checks a model's settings and fills in the defaults. Throws UsageError as `parseUNetConfig` does. */
export function parseModelConfig(value: unknown): ModelConfig {
  const result = modelSchema.safeParse(value);
  if (!result.success) throw new UsageError(`model settings: ${explain(result.error)}`);
  return { ...result.data, unet: parseUNetConfig(result.data.unet) };
}
