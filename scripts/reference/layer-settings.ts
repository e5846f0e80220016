import * as z from "zod";
import { InputError } from "../../src/errors.js";
import { explain } from "../../src/model/config.js";

const count = z.int().positive();
const only = <T extends number | boolean>(value: T) => z.literal(value).optional();

const bcos = {
  /** Exponent; the authors write both cases. */
  b: z.number().min(1).optional(),
  B: z.number().min(1).optional(),
  unit_norm: z.boolean().default(true),
  max_out: count.default(1),
};

const convolution = {
  ...bcos,
  kernel: count.optional(),
  stride: count.default(1),
  padding: z.int().nonnegative().default(0),
  dilation: only(1),
};

const heads = {
  heads: count.optional(),
  num_heads: count.optional(),
  dim_head: count.optional(),
  num_head_channels: count.optional(),
};

const affine = z.union([z.string(), z.boolean(), z.null()]).optional();
const groups = count.default(32);

/** The settings that each kind of layer has; any other key is an error. */
export const layerSettings = {
  linear: z.strictObject({ ...bcos, bias: z.boolean().optional() }),
  conv: z.strictObject({ ...convolution, groups: only(1), bias: z.boolean().optional() }),
  groupNorm: z.strictObject({
    groups,
    eps: z.number().positive().default(1e-5),
    affine,
    centered: only(true),
  }),
  layerNorm: z.strictObject({ eps: z.number().positive().default(1e-5), affine, centered: only(true) }),
  silu: z.strictObject({}),
  gelu: z.strictObject({}),
  feedForward: z.strictObject({ ...bcos, mult: count.optional(), glu: only(true), gated_ff: only(true) }),
  attention: z.strictObject({ ...bcos, ...heads }),
  transformerBlock: z.strictObject({ ...bcos, ...heads, gated_ff: only(true) }),
  spatialTransformer: z.strictObject({
    ...bcos,
    ...heads,
    groups,
    depth: count.optional(),
    use_linear: z.boolean().optional(),
  }),
  residualBlock: z.strictObject({ ...bcos, groups, use_scale_shift_norm: only(false) }),
  downsample: z.strictObject({ ...bcos, use_conv: only(true) }),
  upsample: z.strictObject({ ...bcos, use_conv: only(true) }),
  timestepEmbedding: z.strictObject({ dim: count, max_period: only(10000) }),
} as const;

export type LayerKind = keyof typeof layerSettings;

/** Checks what a file says about a layer; throws InputError for an unknown key or an impossible value. */
export function readSettings<S extends z.ZodType>(schema: S, spec: unknown): z.infer<S> {
  const result = schema.safeParse(spec ?? {});
  if (result.success) return result.data;
  throw new InputError(`settings: ${explain(result.error)}`);
}

/** The exponent that B-cos settings ask for, 2 unless given. */
export const exponentOf = ({ b, B }: { b?: number | undefined; B?: number | undefined }): number =>
  b ?? B ?? 2;
