import * as z from "zod";
import { HALF_PROCESS, predictions } from "../diffusion/forward.js";
import { schedules } from "../diffusion/schedule.js";
import { UsageError } from "../errors.js";
import { explain, parseUNetConfig, unetSchema } from "./config.js";
import { textSchema } from "./text-config.js";

/** Settings of a whole model: the network, what it predicts, and how its prompt becomes vectors. */
export const modelSchema = z.strictObject({
  /** What the model is called in outputs. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and hyphens"),
  /** The clean picture, the noise, or the noise as the process adds it. */
  prediction: z.enum(predictions).default("x0"),
  /** Mean and standard deviation of what pictures are noised to. */
  process: z
    .strictObject({
      mu: z.number().default(HALF_PROCESS.mu),
      sigma: z.number().positive().default(HALF_PROCESS.sigma),
    })
    .prefault({}),
  schedule: z.enum(schedules).default("scaled-linear"),
  unet: unetSchema,
  text: textSchema.prefault({}),
});

export type ModelConfig = z.infer<typeof modelSchema>;

/** Numbers of a token's frozen vector; 0 where all of it is learnt. */
export const frozenWidth = ({ text, unet }: Pick<ModelConfig, "text" | "unet">): number =>
  text.vectors === "learnt" ? 0 : unet.contextWidth;

/** Numbers that each token enters the network as: its frozen vector, if any, then its row of a learnt table as one-hot. */
export const tokenWidth = (config: ModelConfig): number =>
  frozenWidth(config) + (config.text.tokenIds?.length ?? 0);

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
  if (result.data.schedule === "zero-terminal" && result.data.prediction !== "x0") {
    throw new UsageError(
      `model settings: schedule zero-terminal ends in noise alone, from which no picture follows by its noise; set prediction to "x0"; got "${result.data.prediction}"`,
    );
  }
  const heads = result.data.text.encoder?.heads ?? 1;
  if (unet.contextWidth % heads !== 0) {
    throw new UsageError(
      `model settings: unet.contextWidth ${unet.contextWidth} does not divide into ${heads} text.encoder.heads; change one of them`,
    );
  }
  return { ...result.data, unet };
}
