import type { Explanation } from "../explain/schema.js";
import { columnsOf, fitColumns, printable } from "./terminal.js";

/** Heights of a column, from nothing to the tallest. */
const HEIGHTS = { blocks: " ▁▂▃▄▅▆▇█", ascii: " .:-=+*#@" } as const;

const LONGEST_WORD = 24;
/** Space between the name and the columns. */
const GAP = 2;

/**
 * When each word acted, for a terminal of `width` columns: a row per word, a column per step (or per few, if there is no
 * room), as high as the word's content changed there; one scale for all. Lines end in a line break.
 */
export function stepChart(
  words: Explanation["words"],
  steps: NonNullable<Explanation["steps"]>,
  width: number,
  bars: keyof typeof HEIGHTS,
): string {
  const names = words.map(({ text }) => printable(text));
  const nameColumns = Math.min(LONGEST_WORD, Math.max(5, ...names.map(columnsOf)));
  const perColumn = Math.ceil(steps.length / Math.max(1, width - nameColumns - GAP - 1));
  const rows = names.map((_, word) =>
    meanOfEach(
      steps.map(({ change }) => change[word] ?? 0),
      perColumn,
    ),
  );
  const most = Math.max(...rows.flat());
  const heights = HEIGHTS[bars];
  const lines = rows.map((row, word) => {
    const drawn = row.map(
      (value) => heights[most === 0 ? 0 : Math.ceil((value / most) * (heights.length - 1))]!,
    );
    return `${fitColumns(names[word]!, nameColumns, bars === "ascii" ? "~" : "…")}${" ".repeat(GAP)}${drawn.join("")}`;
  });
  const first = steps[0]?.t ?? 0;
  const last = steps.at(-1)?.t ?? 0;
  const legend = `${"t".padEnd(nameColumns + GAP)}${first} to ${last}, ${steps.length} steps; tallest: content changes by ${most.toPrecision(2)} a pixel and colour`;
  return [...lines, legend].map((line) => `${line}\n`).join("");
}

function meanOfEach(values: readonly number[], count: number): number[] {
  return Array.from({ length: Math.ceil(values.length / count) }, (_, k) => {
    const own = values.slice(k * count, (k + 1) * count);
    return own.reduce((a, b) => a + b, 0) / own.length;
  });
}
