import { dirname, resolve } from "node:path";
import { parse } from "csv-parse/sync";
import { InputError } from "../../errors.js";
import { readText } from "../../files/read.js";
import { ImageFailure } from "../image-failure.js";
import type { PackEntry } from "./entry.js";

/** Columns of a table of pairs. */
export interface PairColumns {
  readonly image: string;
  readonly caption: string;
}

/**
 * The pairs of a table with commas (RFC 4180), a line of column names first. File names are relative to `images`, or to
 * the table's folder. Throws InputError if it has no such columns, or isn't UTF-8.
 */
export function csvEntries(path: string, columns: PairColumns, images: string | undefined): PackEntry[] {
  const entries: PackEntry[] = [];
  const rows = records(path, (line, problem) => {
    entries.push({ where: `${path} line ${line}`, pair: new ImageFailure("unreadable", problem) });
  });
  const [header, ...body] = rows;
  const [image, caption] = [columns.image, columns.caption].map((column) => {
    const at = header?.cells.indexOf(column) ?? -1;
    if (at >= 0) return at;
    throw new InputError(
      `${path} must have a column ${JSON.stringify(column)}; it has ${header?.cells.join(", ") ?? "none"}; say which it is (--columns)`,
    );
  });
  for (const { line, cells } of body) {
    const where = `${path} line ${line}`;
    const [name, text] = [cells[image!], cells[caption!]];
    if (name === undefined || name === "" || text === undefined) {
      const detail = `${cells.length} columns, ${header?.cells.length} expected`;
      entries.push({
        where,
        pair: new ImageFailure(text === undefined ? "no caption" : "no address", detail),
      });
    } else {
      const located = { path: resolve(images ?? dirname(path), name) };
      entries.push({ where, pair: { image: located, caption: { text } } });
    }
  }
  return entries;
}

interface Row {
  /** On which it ends, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

function records(path: string, onBad: (line: number, problem: string) => void): Row[] {
  const parsed: unknown = parse(readText(path), {
    bom: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const line = error !== undefined && "lines" in error ? Number(error.lines) : 0;
      onBad(line, error?.message.split(" at line")[0] ?? "");
    },
  });
  return Array.isArray(parsed)
    ? parsed.filter(isRecord).map(({ info, record }) => ({ line: info.lines, cells: record }))
    : [];
}

function isRecord(value: unknown): value is { info: { lines: number }; record: string[] } {
  return typeof value === "object" && value !== null && "info" in value && "record" in value;
}
