import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Metric } from "../evaluate/interval.js";
import { formatMetric } from "./format.js";
import { element, type Html } from "./html.js";
import { spread } from "./spread.js";

/** Who a mark belongs to: what the report is about, what it is compared with, or a control. */
export type MarkKind = "ours" | "other" | "control";

/** A figure in a chart, in the panel of its column and row. */
export interface IntervalMark {
  readonly label: string;
  readonly metric: Metric;
  readonly kind: MarkKind;
  readonly column?: string;
  readonly row?: string;
}

/** A dashed line across a panel, such as chance. */
export interface Reference {
  readonly value: number;
  readonly column?: string;
  readonly row?: string;
}

/** What all charts say of themselves. */
export interface ChartText {
  /** What the chart shows, for those who can't see it and below it. */
  readonly title: string;
  /** What the axis of values measures. */
  readonly axis: string;
}

const COLOURS: Readonly<Record<MarkKind, string>> = { ours: "#1f5fa8", other: "#3d444d", control: "#a0a8b2" };
const WIDTH = 860;
const LINE = 19;
const NAME = 14;

/** Dots with their 95 % intervals, a line for each label, in panels by column and row; all on one scale. */
export function intervalChart(
  marks: readonly IntervalMark[],
  references: readonly Reference[],
  { title, axis }: ChartText,
): Html {
  const labels = [...new Set(marks.map(({ label }) => label))];
  const rows = new Set(marks.map(({ row }) => row)).size;
  const shown = marks.map(({ metric, ...mark }) => ({
    ...mark,
    ...metric,
    colour: COLOURS[mark.kind],
    tip: `${mark.label}: ${formatMetric(metric)}`,
  }));
  const facet = facetsOf(marks);
  const plot = Plot.plot({
    ...base(title),
    height: rows * (labels.length * LINE + 24) + 56,
    marginLeft: 12 + 7.6 * Math.max(...labels.map(({ length }) => length)),
    marginRight: "fy" in facet ? 90 : 24,
    marginBottom: 44,
    x: { label: axis, grid: true, ticks: 3, nice: true, zero: true, ...PLAIN_AXIS, labelOffset: 38 },
    y: { label: null, domain: labels, type: "point", padding: 0.6, tickSize: 0 },
    fx: { label: null, domain: panels(marks.map(({ column }) => column)), padding: 0.24 },
    fy: { label: null, domain: panels(marks.map(({ row }) => row)) },
    marks: [
      Plot.ruleX(references, {
        ...{ x: "value", ...facetsOf(references) },
        ...{ stroke: "#a0a8b2", strokeDasharray: "3,3" },
      }),
      Plot.link(shown, {
        ...{ x1: "low", x2: "high", y1: "label", y2: "label", ...facet },
        stroke: (mark: (typeof shown)[number]) => mark.colour,
        strokeWidth: 2,
      }),
      Plot.dot(shown, {
        ...{ x: "value", y: "label", ...facet, title: "tip" },
        r: 3.4,
        fill: (mark: (typeof shown)[number]) => mark.colour,
      }),
    ],
  });
  return figure(plot, title);
}

/** A point of a curve. */
export interface CurvePoint {
  readonly curve: string;
  readonly kind: MarkKind;
  readonly x: number;
  readonly metric: Metric;
}

/** Curves of figures with their intervals. */
export function curveChart(points: readonly CurvePoint[], { title, axis }: ChartText, below: string): Html {
  const shown = points.map(({ metric, kind, ...point }) => ({
    ...point,
    ...metric,
    colour: COLOURS[kind],
    tip: `${point.curve}, ${point.x}: ${formatMetric(metric)}`,
  }));
  const last = shown.filter(({ curve, x }) => shown.every((point) => point.curve !== curve || point.x <= x));
  const colour = (point: (typeof shown)[number]) => point.colour;
  const plot = Plot.plot({
    ...base(title),
    height: 320,
    marginRight: 150,
    marginBottom: 48,
    x: { label: below, zero: true, ...PLAIN_AXIS, labelOffset: 40 },
    y: { label: axis, grid: true, ticks: 5, nice: true, zero: true, labelArrow: "none", tickSize: 0 },
    marks: [
      Plot.ruleY([0], { stroke: "#a0a8b2" }),
      Plot.line(shown, { x: "x", y: "value", z: "curve", stroke: colour, strokeWidth: 1.5 }),
      Plot.link(shown, { x1: "x", x2: "x", y1: "low", y2: "high", stroke: colour, strokeWidth: 2 }),
      Plot.dot(shown, { x: "x", y: "value", r: 3, fill: colour, title: "tip" }),
      namesBeside(last, { x: "x", y: "value", text: "curve", dx: 9, textAnchor: "start", fill: colour }),
    ],
  });
  return figure(plot, title);
}

/** Names beside points; of points that are closer than lines of text, below each other. */
function namesBeside<Point extends { readonly value: number }>(
  points: readonly Point[],
  options: Plot.TextOptions,
) {
  const apart = Plot.initializer<Plot.TextOptions>(options, (data, facets, _channels, scales) => {
    const heights = points.map(({ value }) => Number(scales.y!(value)));
    return { data, facets, channels: { y: { value: spread(heights, NAME) } } };
  });
  return Plot.text(points, apart);
}

const base = (title: string) => ({
  document: parseHTML("<!doctype html><html><body></body></html>").document,
  width: WIDTH,
  ariaLabel: title,
  style: { fontFamily: "inherit", fontSize: "12px", color: "#1f2328", background: "none" },
});

const PLAIN_AXIS = { labelAnchor: "center", labelArrow: "none", tickSize: 0 } as const;

/** The channels of panels that marks lie in; marks without a column lie in all of them. */
const facetsOf = (marks: readonly { readonly column?: string; readonly row?: string }[]) => ({
  ...(marks.some(({ column }) => column !== undefined) && { fx: "column" }),
  ...(marks.some(({ row }) => row !== undefined) && { fy: "row" }),
});

/** Panels in the order of their first marks. */
const panels = (names: readonly (string | undefined)[]): string[] => [
  ...new Set(names.filter((name) => name !== undefined)),
];

const figure = (plot: { readonly outerHTML: string }, title: string): Html =>
  element("figure", {}, { html: plot.outerHTML }, element("figcaption", {}, title));
