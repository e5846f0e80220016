import type { Explanation } from "../explain/schema.js";
import { columnsOf, fitColumns, printable } from "./terminal.js";

/** Heights of a column, from nothing to the tallest. */
const HEIGHTS = { blocks: " ▁▂▃▄▅▆▇█", ascii: " .:-=+*#@" } as const;

const LONGEST_WORD = 24;
/** Space between the name and the columns. */
const GAP = 2;

/** Columns for a row's total on its right. */
const TOTAL = 9;

/**
 * When each word acted, for a terminal of `width` columns: a row per word, a column per step (or per few, if there is no
 * room), as high as the word's content changed there, each row on its own scale; behind it the sum of its changes, by which
 * words are compared. Lines end in a line break.
 */
export function stepChart(
  words: Explanation["words"],
  steps: NonNullable<Explanation["steps"]>,
  width: number,
  bars: keyof typeof HEIGHTS,
): string {
  const names = words.map(({ text }) => printable(text));
  const nameColumns = Math.min(LONGEST_WORD, Math.max(5, ...names.map(columnsOf)));
  const perColumn = Math.ceil(steps.length / Math.max(1, width - nameColumns - GAP - TOTAL - 1));
  const heights = HEIGHTS[bars];
  const lines = names.map((name, word) => {
    const changes = steps.map(({ change }) => change[word] ?? 0);
    const row = meanOfEach(changes, perColumn);
    const most = Math.max(...row);
    const drawn = row.map(
      (value) => heights[most === 0 ? 0 : Math.ceil((value / most) * (heights.length - 1))]!,
    );
    const total = changes.reduce((a, b) => a + b, 0).toFixed(4);
    return `${fitColumns(name, nameColumns, bars === "ascii" ? "~" : "…")}${" ".repeat(GAP)}${drawn.join("")}${total.padStart(TOTAL)}`;
  });
  const legend = `${"t".padEnd(nameColumns + GAP)}${steps[0]?.t ?? 0} to ${steps.at(-1)?.t ?? 0}, ${steps.length} steps; rows on their own scales, then their sums`;
  return [...lines, legend].map((line) => `${line}\n`).join("");
}

function meanOfEach(values: readonly number[], count: number): number[] {
  return Array.from({ length: Math.ceil(values.length / count) }, (_, k) => {
    const own = values.slice(k * count, (k + 1) * count);
    return own.reduce((a, b) => a + b, 0) / own.length;
  });
}
