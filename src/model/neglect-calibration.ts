import * as z from "zod";
import { InputError } from "../errors.js";
import { explain } from "./config.js";

/** Ways to measure what an account gives a word, all of them 0 for a word that supplies nothing. */
export const RELEVANCE_FORMS = ["content", "eq8", "share", "excess", "peak", "magnitude"] as const;
export type RelevanceForm = (typeof RELEVANCE_FORMS)[number];

/** All that may tell a word that was ignored: what its account says, and how far the picture without it is. */
export const EVIDENCE = [...RELEVANCE_FORMS, "deletion"] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** Version of the file; raised when a field changes its meaning or goes away. */
const VERSION = 1;

/** A distribution: n ascending values that stand for the parts (i + 0.5) / n. */
const distribution = z
  .array(z.number().nonnegative())
  .min(1)
  .refine((levels) => levels.every((level, i) => i === 0 || level >= levels[i - 1]!), "must ascend");

const part = z.number().min(0).max(1);

/** What words of one kind get. */
const table = z.strictObject({
  /** Words behind it. */
  count: z.int().positive(),
  levels: z.record(z.enum(EVIDENCE), distribution),
});

const weights = z.record(z.enum(EVIDENCE), part);

/** How one word's percentiles become one, and how low it is for words that were drawn. */
const detector = z.strictObject({
  /** What each percentile counts, among words like it and among all; together they add up to 1. */
  weights: z.strictObject({ own: weights, all: weights }),
  /** Joint percentiles of words that were drawn. */
  drawn: distribution,
});

const calibration = z.strictObject({
  format: z.literal("pellucid-neglect"),
  version: z.literal(VERSION),
  pellucid: z.string(),
  /** The weights that it holds for. */
  model: z.strictObject({ name: z.string(), digest: z.string() }),
  /** How the pictures were drawn that it holds for. */
  settings: z.strictObject({
    sampler: z.enum(["ddim", "ancestral"]),
    steps: z.int().positive(),
    spacing: z.enum(["leading", "trailing"]),
    last: z.enum(["one", "first"]),
    eta: part,
    guidance: z.number().nonnegative(),
  }),
  /** Pictures behind the tables. */
  pictures: z.int().positive(),
  /** Whether words are known to be drawn; if not, all of the pictures' words pass for drawn. */
  judged: z.boolean(),
  /** By key, as `tableKeys` names them. */
  tables: z.record(z.string(), table),
  /** From the account alone, and with the picture without the word. */
  detectors: z.strictObject({ account: detector, deletion: detector }),
  /** From this part of a run on, a word is lost if fewer drawn words look as ignored. */
  stops: z.array(z.strictObject({ part, rate: part })),
});

/** How to tell a word that a model ignored: what its words usually get, and what the alarm is worth. */
export type NeglectCalibration = z.infer<typeof calibration>;
export type CalibrationTable = z.infer<typeof table>;
export type NeglectDetector = z.infer<typeof detector>;

/** Checks a calibration; throws InputError naming the first field that does not fit. */
export function parseNeglectCalibration(value: unknown): NeglectCalibration {
  const result = calibration.safeParse(value);
  if (result.success) return result.data;
  throw new InputError(
    `not a calibration of ignored words, version ${VERSION}: ${explain(result.error)}; make it again with pellucid evaluate neglect`,
  );
}
