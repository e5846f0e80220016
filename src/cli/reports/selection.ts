import type { SelectionReport } from "../../data/laion/selection.js";

/** What was found and kept, object by object, what objects share, and the rate. */
export function selectionReport(report: SelectionReport, files: number, seconds: number): string {
  const { rows, selected, objects, overlaps, noCaption, noSimilarity } = report;
  const width = Math.max(...objects.map(({ name }) => name.length));
  const rate = seconds > 0 ? `, ${formatCount(Math.round(rows / seconds))} rows/s` : "";
  return [
    `${formatCount(rows)} rows in ${files} ${files === 1 ? "file" : "files"}: ${seconds.toFixed(1)} s${rate}`,
    ...objects.map(({ name, named, selected: kept, lowestSimilarity }) => {
      const from = lowestSimilarity === null ? "" : `, similarity from ${lowestSimilarity.toFixed(4)}`;
      return `  ${name.padEnd(width)}  ${formatCount(named)} captions name it, ${formatCount(kept)} kept${from}`;
    }),
    ...overlaps.map(({ objects: [a, b], rows: shared }) => `  ${formatCount(shared)} kept for ${a} and ${b}`),
    ...(noCaption > 0 ? [`  ${formatCount(noCaption)} rows have no caption`] : []),
    ...(noSimilarity > 0 ? [`  ${formatCount(noSimilarity)} name an object but have no similarity`] : []),
    `${formatCount(selected)} different rows kept`,
    "",
  ].join("\n");
}

/** 1234567 as "1,234,567". */
export function formatCount(count: number): string {
  return count.toLocaleString("en");
}
