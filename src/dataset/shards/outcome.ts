import * as z from "zod";
import type { FailureReason } from "../image-failure.js";

/** What is kept beside a picture: where it came from. */
export type Facts = Readonly<Record<string, string | number | null>>;

/** A pair as a shard holds it. */
export interface Sample {
  readonly caption: string;
  readonly facts: Facts;
  readonly png: Uint8Array;
}

/** An entry that gave no pair. */
export interface Failed {
  readonly reason: FailureReason;
  /** An address, or a file and a position in it. */
  readonly where: string;
  readonly detail: string;
}

/** What became of the entry with this number. */
export type Outcome = { readonly index: number } & (
  | { readonly sample: Sample }
  | { readonly failed: Failed }
);

const lineSchema = z.union([
  z.strictObject({
    index: z.int().nonnegative(),
    sample: z.strictObject({
      caption: z.string(),
      facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
      png: z.base64(),
    }),
  }),
  z.strictObject({
    index: z.int().nonnegative(),
    failed: z.strictObject({
      reason: z.custom<FailureReason>((value) => typeof value === "string"),
      where: z.string(),
      detail: z.string(),
    }),
  }),
]);

/** An outcome as a line of text. */
export function formatOutcome(outcome: Outcome): string {
  const value =
    "sample" in outcome
      ? { ...outcome, sample: { ...outcome.sample, png: Buffer.from(outcome.sample.png).toString("base64") } }
      : outcome;
  return `${JSON.stringify(value)}\n`;
}

/** The outcome that a line holds; undefined if it is damaged. */
export function parseOutcome(line: string): Outcome | undefined {
  try {
    const read = lineSchema.parse(JSON.parse(line));
    if (!("sample" in read)) return read;
    return {
      ...read,
      sample: { ...read.sample, png: Uint8Array.from(Buffer.from(read.sample.png, "base64")) },
    };
  } catch {
    return undefined;
  }
}
