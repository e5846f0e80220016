import { formatMetric } from "../../report/format.js";
import { element, fragment, type Html, paragraph } from "../../report/html.js";
import { type PagePart, page } from "../../report/page.js";
import { textTable } from "../../report/tables.js";
import type { Findings, Goal, Section } from "./section.js";

/** What a report is made of. */
export interface ReportInput {
  readonly model: string;
  readonly found: readonly { readonly section: Section; readonly findings: Findings }[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** The command line that makes it again. */
  readonly command: string;
}

/** The whole report as one HTML file. */
export function reportDocument({ model, found, settings, command }: ReportInput): string {
  const goals = found.flatMap(({ findings, section }) =>
    (findings.goals ?? []).map((goal) => ({ goal, section })),
  );
  const lead = element(
    "p",
    { class: "lead" },
    `How good are the explanations of the model ${model}, and how good are those of other methods on the same network? Every figure stands with its 95 % interval and its number of samples n.`,
  );
  const parts: PagePart[] = [
    { id: "summary", title: "Summary", body: summary(goals) },
    ...found.map(({ section: { id, title }, findings: { body } }) => ({ id, title, body })),
    { id: "repeat", title: "How to repeat this", body: repeating(settings, command) },
  ];
  return page(`Explanations of ${model}, scored`, lead, parts);
}

function summary(goals: readonly { readonly goal: Goal; readonly section: Section }[]): Html {
  const rows = goals.map(({ goal: { what, goal, figure, isReached }, section }) => [
    element("a", { href: `#${section.id}` }, what),
    figure === undefined ? "–" : formatMetric(figure),
    goal,
    element("span", { class: isReached ? "reached" : "missed" }, isReached ? "reached" : "not reached"),
  ]);
  return textTable("What was to be reached.", [["figure", "found", "goal", ""], ...rows]);
}

function repeating(settings: Readonly<Record<string, unknown>>, command: string): Html {
  const entries = Object.entries(settings).flatMap(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, typeof value === "object" ? JSON.stringify(value) : String(value)),
  ]);
  return fragment(
    element("pre", {}, command),
    paragraph(
      "The same command gives the same figures, whether it was stopped in between or not. Scenes, prompts, noise and the draws of the bootstrap come from fixed seeds.",
    ),
    element("dl", {}, entries),
    paragraph(
      "Intervals are 95 % percentile intervals of the bootstrap (Efron & Tibshirani 1993): the samples are drawn again, with replacement, 1000 times. A sample is a scene, a mosaic or a prompt: times and words are averaged within it first. Masses, residuals and errors of the account have the normal interval of a mean. Two methods are called separated if their intervals don't overlap; where they do, the mean difference over the samples that both have is given with an interval of its own.",
    ),
  );
}
