import { readFileSync } from "node:fs";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { ObjectWords } from "../../src/data/laion/objects.js";
import { rowOfUrl } from "./synthetic-metadata.js";

/** A row as the brute force sees it. */
export interface PlainRow {
  /** Its place in the whole input. */
  readonly row: number;
  readonly text: string | null;
  readonly similarity: number | null;
  /** The objects of the result; empty in metadata. */
  readonly objects: readonly string[];
}

/** Rows of a Parquet file: all, or those of one of its row groups. */
export async function plainRows(path: string, group?: number): Promise<PlainRow[]> {
  const file = bytesOf(path);
  const range = group === undefined ? {} : groupsOf(file)[group];
  const rows = await parquetReadObjects({ file, compressors, ...range });
  return rows.map(({ URL: url, TEXT: text, similarity, objects }) => ({
    row: rowOfUrl(String(url)),
    text: typeof text === "string" ? text : null,
    similarity: typeof similarity === "number" ? similarity : null,
    objects: typeof objects === "string" ? objects.split(",") : [],
  }));
}

/** How many row groups a Parquet file has. */
export const groupCount = (path: string): number => groupsOf(bytesOf(path)).length;

/** The objects that a caption names, word by word: a run of letters has to be one of an object's forms. */
export function namedIn(caption: string, objects: readonly ObjectWords[]): string[] {
  const runs = new Set(caption.toLowerCase().match(/\p{Alphabetic}+/gu) ?? []);
  return objects.filter(({ forms }) => forms.some((form) => runs.has(form))).map(({ name }) => name);
}

/** The rows, by number in order, that name an object and are among its `top` most similar: by sorting all of them. */
export function sortedSelection(rows: readonly PlainRow[], object: ObjectWords, top: number): number[] {
  return rows
    .flatMap(({ row, text, similarity }) =>
      text !== null && similarity !== null && namedIn(text, [object]).length > 0 ? [{ row, similarity }] : [],
    )
    .sort((a, b) => b.similarity - a.similarity || a.row - b.row)
    .slice(0, top)
    .map(({ row }) => row)
    .sort((a, b) => a - b);
}

function bytesOf(path: string): ArrayBuffer {
  return new Uint8Array(readFileSync(path)).buffer;
}

function groupsOf(file: ArrayBuffer): { rowStart: number; rowEnd: number }[] {
  let rowEnd = 0;
  return parquetMetadata(file).row_groups.map(({ num_rows }) => {
    const rowStart = rowEnd;
    rowEnd += Number(num_rows);
    return { rowStart, rowEnd };
  });
}
