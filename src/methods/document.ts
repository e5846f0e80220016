import * as z from "zod";
import { InputError } from "../errors.js";
import { encodeMaps } from "../explain/map-codec.js";
import { MAP_TREATMENTS, type MapTreatment, treatMaps } from "../explain/map-treatment.js";
import { sharedScale } from "../explain/maps.js";
import { describeIssue, type Generation, generationShape, spanSchema } from "../explain/schema.js";
import type { Encoding } from "../text/bpe.js";
import { completenessError } from "./completeness.js";
import type { Attribution, Cost } from "./method.js";
import { METHOD_NAMES, type MethodName } from "./methods.js";

/** Version of the attribution document; raised when a field changes its meaning or goes away. */
export const ATTRIBUTION_VERSION = 1;

const attribution = z.strictObject({
  format: z.literal("pellucid-attribution"),
  version: z.literal(ATTRIBUTION_VERSION),
  ...generationShape,
  method: z.enum(METHOD_NAMES),
  /** The step whose predicted clean picture is explained, from 1; null for the finished picture. */
  step: z.int().positive().nullable(),
  cost: z.strictObject({ calls: z.int().nonnegative(), passes: z.number().nonnegative() }),
  words: z.array(
    z.strictObject({
      text: z.string(),
      span: spanSchema,
      tokens: z.array(z.int().nonnegative()),
      share: z.number().min(0).max(1),
    }),
  ),
  completeness: z
    .strictObject({ largest: z.number().nonnegative(), relative: z.number().nonnegative().nullable() })
    .nullable(),
  maps: z.strictObject({
    form: z.enum(MAP_TREATMENTS),
    encoding: z.literal("uint8-base64"),
    scale: z.number().positive(),
    words: z.array(z.string()),
  }),
});

/** What a method says of a picture, version 1; every field is described in docs/methods.md. */
export type AttributionDocument = z.infer<typeof attribution>;

/** What a document is made from. */
export interface AttributionInput {
  readonly generation: Generation;
  readonly method: MethodName;
  readonly step: number | null;
  readonly cost: Cost;
  readonly encoding: Encoding;
  readonly attribution: Attribution;
  readonly form: MapTreatment;
}

/** The document of an attribution, and its words' maps [H, W] as they are in it before they are rounded. */
export function attributionDocument(input: AttributionInput): {
  readonly document: AttributionDocument;
  readonly maps: readonly Float32Array[];
} {
  const { generation, method, step, cost, encoding, attribution, form } = input;
  const shares = mapShares(attribution.maps);
  const maps = treatMaps(attribution.maps, form).slice(0, encoding.words.length);
  const { account } = attribution;
  const document: AttributionDocument = {
    format: "pellucid-attribution",
    version: ATTRIBUTION_VERSION,
    ...generation,
    method,
    step,
    cost: { calls: cost.calls, passes: cost.passes },
    words: encoding.words.map(({ text, start, end, tokens }, word) => ({
      text,
      span: [start, end],
      tokens: [...tokens],
      share: shares[word]!,
    })),
    completeness: account === undefined ? null : completenessError(account.parts, account.whole),
    maps: encodeMaps(form, maps, sharedScale(maps)),
  };
  return { document, maps };
}

/** Each raw map's part of the sum of all, 0..1; all 0 if the maps are. */
export function mapShares(maps: readonly Float32Array[]): number[] {
  const sums = maps.map((map) => map.reduce((total, value) => total + value, 0));
  const total = sums.reduce((a, b) => a + b, 0);
  return sums.map((sum) => (total === 0 ? 0 : sum / total));
}

/** Checks a value against the schema; throws InputError naming the first field that does not fit. */
export function parseAttribution(value: unknown): AttributionDocument {
  const result = attribution.safeParse(value);
  if (result.success) return result.data;
  throw new InputError(
    `not an attribution of version ${ATTRIBUTION_VERSION}: ${describeIssue(result.error)}`,
  );
}
