import { z } from "zod";
import { predictions } from "../diffusion/forward.js";
import { InputError } from "../errors.js";

/** Version of the explanation document; raised when a field changes its meaning or goes away. */
export const EXPLANATION_VERSION = 1;

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** Half-open range of UTF-16 code units in the prompt. */
export const spanSchema = z.tuple([count, count]);
const span = spanSchema;

const relevance = z.strictObject({
  eq8: share,
  content: share,
  projection: z.number().nullable(),
  positiveMass: z.number(),
  negativeMass: z.number(),
});

const token = z.strictObject({
  text: z.string(),
  id: count,
  span: span.nullable(),
  word: count.nullable(),
  relevance,
});

const neglect = z.strictObject({ among: z.string(), percentile: share, rate: share });

const word = z.strictObject({
  text: z.string(),
  span,
  tokens: z.array(count),
  relevance,
  counterfactual: z.strictObject({ distance: share }).optional(),
  neglect: neglect.optional(),
});

const settings = z.strictObject({
  sampler: z.enum(["ddim", "ancestral"]),
  steps: z.int().positive(),
  spacing: z.enum(["leading", "trailing"]),
  last: z.enum(["one", "first"]),
  eta: share,
  guidance: z.number().nonnegative(),
  height: z.int().positive(),
  width: z.int().positive(),
});

const model = z.strictObject({ name: z.string(), digest: z.string(), prediction: z.enum(predictions) });

const ledger = z.strictObject({
  tokens: z.number(),
  noise: z.number(),
  time: z.number(),
  mu: z.number(),
  guidance: z.number().nullable(),
  bias: z.number().nullable(),
});

const reconstruction = z.strictObject({
  mse: z.number().nonnegative(),
  normalisedMse: z.number().nonnegative().nullable(),
  undefinedReason: z.enum(["eps-prediction", "no-tokens", "vanishing-denominator"]).nullable(),
});

const warning = z.strictObject({
  code: z.enum(["word-ignored", "residual-above-limit", "reconstruction-undefined"]),
  message: z.string(),
  word: count.nullable(),
});

const maps = z.strictObject({
  form: z.enum(["excess", "share", "magnitude"]),
  encoding: z.literal("uint8-base64"),
  scale: z.number().positive(),
  words: z.array(z.string()),
});

/** How a picture was made, in every document about one. */
export const generationShape = {
  pellucid: z.string(),
  prompt: z.string(),
  seed: z.int().min(0).max(0xffffffff),
  settings,
  model,
};

const magnitudes = z.strictObject({
  encoding: z.literal("uint8-base64"),
  scales: z.array(z.number().positive()),
  words: z.array(z.string()),
});

const step = z.strictObject({
  t: count,
  change: z.array(z.number().nonnegative()),
  share: z.array(share),
});

const tried = z.strictObject({
  seed: count,
  steps: z.int().positive(),
  word: count.nullable().optional(),
  level: z.number().nonnegative().nullable().optional(),
  rate: share.optional(),
  outcome: z.enum(["aligned", "ignored", "unrecognised", "stopped"]),
  missing: z.array(z.string()).optional(),
  confidence: share.optional(),
});

const explanation = z.strictObject({
  format: z.literal("pellucid-explanation"),
  version: z.literal(EXPLANATION_VERSION),
  ...generationShape,
  words: z.array(word),
  tokens: z.array(token),
  ledger,
  coverage: z.number(),
  residual: z.number().nonnegative(),
  reconstruction,
  warnings: z.array(warning),
  maps: maps.optional(),
  magnitudes: magnitudes.optional(),
  steps: z.array(step).optional(),
  tries: z.array(tried).optional(),
});

/** The explanation document, version 1; every field is described in docs/explanation-schema.md. */
export type Explanation = z.infer<typeof explanation>;
/** How a picture was made: the part of its explanation that is known without explaining. */
export type Generation = Pick<Explanation, "prompt" | "seed" | "settings" | "model" | "pellucid">;
export type RelevanceRecord = z.infer<typeof relevance>;
export type ExplanationSettings = z.infer<typeof settings>;
export type ExplainedModel = z.infer<typeof model>;
export type ExplanationWarning = z.infer<typeof warning>;
export type ExplanationMaps = z.infer<typeof maps>;
export type WordMagnitudes = z.infer<typeof magnitudes>;
export type LedgerShares = z.infer<typeof ledger>;
export type TryRecord = z.infer<typeof tried>;
export type ReconstructionRecord = z.infer<typeof reconstruction>;

/** Checks a value against the schema; throws InputError naming the first field that does not fit. */
export function parseExplanation(value: unknown): Explanation {
  const result = explanation.safeParse(value);
  if (result.success) return result.data;
  throw new InputError(
    `not an explanation of version ${EXPLANATION_VERSION}: ${describeIssue(result.error)}`,
  );
}

/** The first field that does not fit a schema, and why. */
export function describeIssue({ issues: [issue] }: z.ZodError): string {
  const where = issue === undefined || issue.path.length === 0 ? "the document" : issue.path.join(".");
  return `${where}: ${issue?.message ?? "does not fit"}`;
}
