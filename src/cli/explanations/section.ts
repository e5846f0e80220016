import * as z from "zod";
import { InputError } from "../../errors.js";
import type { Metric } from "../../evaluate/interval.js";
import { describeIssue } from "../../explain/schema.js";
import type { Html } from "../../report/html.js";
import type { ReportRun } from "../reports/report.js";
import type { Sizes } from "./sizes.js";

/** What every section is made with. */
export interface SectionRun extends Omit<ReportRun, "count" | "onProgress" | "signal"> {
  readonly sizes: Sizes;
}

/** A piece of work whose result is kept, so that a report that was stopped goes on behind it. */
export interface Unit<Result> {
  /** Letters, digits and hyphens, its own within the section. */
  readonly name: string;
  /** What it costs, about, in passes of the network for one picture. */
  readonly passes: number;
  /** Throws CancelledError. */
  readonly run: (signal: AbortSignal) => Promise<Result>;
}

/** Something to reach, and whether it is. */
export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly figure?: Metric | undefined;
  readonly isReached: boolean;
}

/** What a section found. */
export interface Findings {
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly body: Html;
  readonly goals?: readonly Goal[];
}

/** A section of the report. */
export interface Section {
  /** Letters and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly plan: (run: SectionRun) => Promise<readonly Unit<unknown>[]>;
  /** From the units' results in the order of the plan. Throws InputError for results of another form. */
  readonly finish: (run: SectionRun, results: readonly unknown[]) => Promise<Findings>;
}

/** A section whose results have a form that is checked when they are read again. */
export function defineSection<Result>(definition: {
  readonly id: string;
  readonly title: string;
  readonly result: z.ZodType<Result>;
  readonly plan: (run: SectionRun) => Promise<readonly Unit<Result>[]>;
  readonly finish: (run: SectionRun, results: readonly Result[]) => Promise<Findings>;
}): Section {
  const { result, finish, ...section } = definition;
  return {
    ...section,
    async finish(run, results) {
      const checked = z.array(result).safeParse(results);
      if (checked.success) return await finish(run, checked.data);
      throw new InputError(
        `results of ${section.id} are damaged (${describeIssue(checked.error)}); remove the folder of unfinished work and start again`,
      );
    },
  };
}

const metric = z.strictObject({ value: z.number(), low: z.number(), high: z.number(), n: z.int() });

/** Metrics by name, as a unit keeps them. */
export const metricsResult = z.record(z.string(), metric);

/** Figures of cases, as a unit keeps them. */
export const figuresResult = z.array(
  z.strictObject({
    index: z.int(),
    t: z.int(),
    figures: z.record(z.string(), z.number().nullable()),
  }),
);
