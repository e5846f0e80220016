import * as z from "zod";
import { UsageError } from "../errors.js";

const positive = z.int().positive();

/** A U-Net's settings; every default is visible here, and an unknown key is an error. */
export const unetSchema = z.strictObject({
  /** Side of the picture in pixels. */
  imageSize: positive.default(64),
  channels: positive.default(6),
  /** Squares of this side become channels before the network and pixels again after it. */
  patch: z.union([z.literal(1), z.literal(2), z.literal(4)]).default(1),
  modelChannels: positive,
  /** Width of each resolution level as a multiple of `modelChannels`, such as [0.5, 1, 2]. */
  channelMultipliers: z.array(z.number().positive()).min(1),
  /** Residual blocks per level. */
  residualBlocks: positive.default(1),
  /** Downsampling factors at which a spatial transformer follows each residual block. */
  attentionFactors: z.array(positive),
  headChannels: positive,
  transformerDepth: positive.default(1),
  transformerProjection: z.enum(["linear", "conv"]).default("linear"),
  /** Width of a prompt token. */
  contextWidth: positive,
  /** Channel groups of a group norm. */
  groups: positive.default(32),
  /** How the time step enters: added to every channel, as in the paper, or as a factor, which paints nothing itself. */
  time: z.enum(["add", "scale"]).default("add"),
  /** Whether attention's queries are told where they are, by a vector that is learnt for each pixel; not in the paper. */
  positions: z.enum(["none", "queries"]).default("none"),
  layers: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("bcos"),
      /** Exponent B of linear layers and of a final convolution with free weights. */
      b: z.number().min(1).default(2),
      /** Exponent B of all other convolutions. */
      convB: z.number().min(1).default(2),
      maxOut: positive.default(1),
      weights: z.enum(["unit", "free", "scaled"]).default("unit"),
      finalWeights: z.enum(["unit", "free", "scaled"]).default("unit"),
      /** Query and key projections of attention: plain, as in the authors' code, or B-cos like all others, as in the paper. */
      queries: z.enum(["plain", "bcos"]).default("plain"),
      /** The two layers of the time embedding: plain with biases, as in the authors' code, or B-cos without. */
      timeEmbedding: z.enum(["plain", "bcos"]).default("plain"),
      /** Exponent of the final convolution; `b` for free weights and `convB` for others unless given. */
      finalB: z.number().min(1).optional(),
      /** Exponent of the first convolution, of projections of skips and of down- and upsampling; `convB` unless given. */
      streamB: z.number().min(1).optional(),
    }),
    z.strictObject({ kind: z.literal("ordinary") }),
  ]),
});

export type UNetConfig = z.infer<typeof unetSchema>;

/**
 * Checks a U-Net's settings and fills in the defaults.
 *
 * Throws UsageError for an unknown key, a wrong type, or sizes that cannot be built.
 */
export function parseUNetConfig(value: unknown): UNetConfig {
  const result = unetSchema.safeParse(value);
  if (!result.success) throw new UsageError(`network settings: ${explain(result.error)}`);
  const config = result.data;
  const deepest = config.patch * 2 ** (config.channelMultipliers.length - 1);
  if (config.imageSize % deepest !== 0) {
    throw new UsageError(
      `network settings: imageSize must be a multiple of ${deepest} (patch times 2 per level below the first); got ${config.imageSize}`,
    );
  }
  for (const [level, multiplier] of config.channelMultipliers.entries()) {
    const width = multiplier * config.modelChannels;
    if (!Number.isInteger(width)) {
      throw new UsageError(
        `network settings: level ${level} would have ${width} channels, ${multiplier} times ${config.modelChannels}; choose a multiple that gives a whole number`,
      );
    }
    if (width % config.groups !== 0) {
      throw new UsageError(
        `network settings: ${width} channels do not divide into ${config.groups} groups; change groups or modelChannels`,
      );
    }
    // The middle block attends whatever the factors are, and has the width of the last level.
    const isLast = level === config.channelMultipliers.length - 1;
    const attends = isLast || config.attentionFactors.includes(2 ** level);
    if (attends && width % config.headChannels !== 0) {
      throw new UsageError(
        `network settings: ${width} channels do not divide into heads of ${config.headChannels}; change headChannels or modelChannels`,
      );
    }
  }
  if (config.modelChannels % 2 !== 0) {
    throw new UsageError(`network settings: modelChannels must be even; got ${config.modelChannels}`);
  }
  return config;
}

/** The first complaint of a failed check, on one line. */
export function explain(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return "invalid";
  const at = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  return `${at}${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
}
