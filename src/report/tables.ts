import type { Metric } from "../evaluate/interval.js";
import { formatInterval, formatValue } from "./format.js";
import { type Content, element, type Html } from "./html.js";

/** Figures side by side: a row for each thing compared, a column for each score. */
export interface FigureTable {
  readonly caption: string;
  /** What the rows are. */
  readonly head: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Column {
  readonly title: string;
  /** Which end is good, and so in bold; undefined for figures that are no scores. */
  readonly best?: "highest" | "lowest";
}

export interface Row {
  readonly title: string;
  /** One per column; undefined where there is no such figure. */
  readonly figures: readonly (Metric | undefined)[];
  /** Rows that are not in the running, such as controls. */
  readonly isAside?: boolean;
}

/** A table in which every figure stands above its interval and number of samples; the best of each column is bold. */
export function figureTable({ caption, head, columns, rows }: FigureTable): Html {
  const best = columns.map((column, i) => bestOf(column, rows, i));
  const heading = [head, ...columns.map(({ title }) => title)].map((title, i) =>
    element("th", { scope: "col", class: i === 0 ? undefined : "number" }, title),
  );
  const body = rows.map(({ title, figures, isAside }) =>
    element(
      "tr",
      { class: isAside ? "aside" : undefined },
      element("th", { scope: "row" }, title),
      columns.map((_, i) => cell(figures[i], figures[i] !== undefined && figures[i]?.value === best[i])),
    ),
  );
  return scrolling(
    element(
      "table",
      {},
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, heading)),
      element("tbody", {}, body),
    ),
  );
}

/** Any table of text, its first row the heading. */
export function textTable(caption: string, [heading = [], ...rows]: readonly (readonly Content[])[]): Html {
  return scrolling(
    element(
      "table",
      {},
      element("caption", {}, caption),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          heading.map((title) => element("th", { scope: "col" }, title)),
        ),
      ),
      element(
        "tbody",
        {},
        rows.map(([title = "", ...cells]) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, title),
            cells.map((content) => element("td", {}, content)),
          ),
        ),
      ),
    ),
  );
}

/** Every metric by its name in the JSON file, folded away. */
export function metricsTable(metrics: Readonly<Record<string, Metric>>): Html {
  const entries = Object.entries(metrics);
  const rows = entries.map(([name, metric]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, element("code", {}, name)),
      element("td", { class: "number" }, formatValue(metric.value)),
      element("td", { class: "number" }, formatInterval(metric)),
      element("td", { class: "number" }, String(metric.n)),
    ),
  );
  const heading = ["name in the JSON file", "value", "95 % interval", "n"].map((title, i) =>
    element("th", { scope: "col", class: i === 0 ? undefined : "number" }, title),
  );
  return element(
    "details",
    {},
    element("summary", {}, `All ${entries.length} figures of this section`),
    scrolling(
      element(
        "table",
        { class: "all" },
        element("thead", {}, element("tr", {}, heading)),
        element("tbody", {}, rows),
      ),
    ),
  );
}

/** What may be wider than the page scrolls by itself. */
const scrolling = (table: Html): Html => element("div", { class: "wide" }, table);

function bestOf({ best }: Column, rows: readonly Row[], column: number): number | undefined {
  const values = rows.flatMap(({ figures, isAside }) => {
    const figure = figures[column];
    return figure === undefined || isAside ? [] : [figure.value];
  });
  if (best === undefined || values.length === 0) return undefined;
  return best === "highest" ? Math.max(...values) : Math.min(...values);
}

function cell(metric: Metric | undefined, isBest: boolean): Html {
  if (metric === undefined) return element("td", { class: "number" }, "–");
  const value = formatValue(metric.value);
  const detail = [formatInterval(metric), `n\u00a0=\u00a0${metric.n}`]
    .filter((part) => part !== "")
    .join(" ");
  return element(
    "td",
    { class: "number" },
    isBest ? element("strong", {}, value) : value,
    element("small", {}, detail),
  );
}
