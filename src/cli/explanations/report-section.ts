import type { Metric } from "../../evaluate/interval.js";
import { fragment, type Html, paragraph } from "../../report/html.js";
import { metricsTable } from "../../report/tables.js";
import type { Report } from "../reports/report.js";
import { defineSection, type Goal, metricsResult, type Section } from "./section.js";
import type { Sizes } from "./sizes.js";

/** A report that `pellucid evaluate` has anyway, as a section; all of it is one piece of work. */
export interface ReportSection {
  readonly id: string;
  readonly title: string;
  readonly report: Pick<Report, "metrics">;
  readonly countOf: (sizes: Sizes) => number;
  /** About how many passes of the network each of them takes. */
  readonly passesEach: number;
  /** A paragraph each. */
  readonly about: readonly string[];
  /** Tables and charts of the metrics, before the table of all. */
  readonly figures?: (metrics: Readonly<Record<string, Metric>>) => readonly Html[];
  readonly goals?: (metrics: Readonly<Record<string, Metric>>) => readonly Goal[];
}

/** The section of a report. */
export function reportSection(definition: ReportSection): Section {
  const { id, title, report, countOf, passesEach, about, figures, goals } = definition;
  return defineSection({
    id,
    title,
    result: metricsResult,
    async plan(run) {
      const count = countOf(run.sizes);
      const lanes = { count: 1, compile: run.compile }; // its work is one piece of the whole report's
      const shared = { ...run, lanes, count, method: "contributions", onProgress: () => {} } as const;
      return [
        {
          name: "all",
          passes: count * passesEach,
          run: (signal: AbortSignal) => report.metrics({ ...shared, signal }),
        },
      ];
    },
    async finish(_run, [metrics = {}]) {
      return {
        metrics,
        goals: goals?.(metrics) ?? [],
        body: fragment(
          about.map((text) => paragraph(text)),
          figures?.(metrics) ?? [],
          metricsTable(metrics),
        ),
      };
    },
  });
}
