import { type ColumnNames, checkColumns } from "../data/laion/columns.js";
import type { ObjectWords } from "../data/laion/objects.js";
import {
  finishSelection,
  newSelection,
  type Selected,
  type Selection,
  type SelectionReport,
} from "../data/laion/selection.js";
import { InputError, throwIfCancelled } from "../errors.js";
import { openInput } from "./inputs.js";
import type { LaionRow } from "./laion-row.js";
import { openParquet, type ParquetTable, type RowRange } from "./parquet.js";

export interface SelectOptions {
  /** Files and http(s) addresses (`listInputs`). */
  readonly inputs: readonly string[];
  readonly columns: ColumnNames;
  readonly objects: readonly ObjectWords[];
  /** Rows for each object at most. */
  readonly perObject: number;
  readonly signal: AbortSignal;
  /** Told after each row group how many rows are read. */
  readonly onRows: (done: number) => void;
}

/** Rows of all inputs: their footers are read and checked, nothing else. Throws InputError as `selectRows`. */
export async function countRows(
  inputs: readonly string[],
  columns: ColumnNames,
  signal: AbortSignal,
): Promise<number> {
  let rows = 0;
  for (const input of inputs) {
    rows += await withTable(input, signal, async (table) => {
      checkColumns(columns, table.columns, input);
      return table.rows;
    });
  }
  return rows;
}

/**
 * For each object the rows with the highest similarity among those whose caption names it (the paper, appendix D). Row
 * groups are read one after the other, and memory holds one of them and the rows selected so far.
 * Throws InputError if a file is damaged or lacks a column, CancelledError when aborted.
 */
export async function selectRows(
  options: SelectOptions,
): Promise<{ readonly selected: readonly Selected<LaionRow>[]; readonly report: SelectionReport }> {
  const { inputs, columns, objects, perObject, signal, onRows } = options;
  const selection = newSelection<LaionRow>(objects, perObject);
  for (const input of inputs) {
    await withTable(input, signal, async (table) => {
      checkColumns(columns, table.columns, input);
      for (const group of table.groups) {
        throwIfCancelled(signal);
        await takeGroup(selection, table, group, columns);
        onRows(selection.counts.rows);
      }
    });
  }
  return finishSelection(selection);
}

async function withTable<T>(
  input: string,
  signal: AbortSignal,
  use: (table: ParquetTable) => Promise<T>,
): Promise<T> {
  throwIfCancelled(signal);
  const source = await openInput(input, signal);
  try {
    return await use(await openParquet(source, input));
  } finally {
    await source.close();
  }
}

/** Captions and similarities first; the rest of a row only if it is among the best so far. */
async function takeGroup(
  selection: Selection<LaionRow>,
  table: ParquetTable,
  group: RowRange,
  columns: ColumnNames,
): Promise<void> {
  const { matches, best, counts } = selection;
  const first = counts.rows;
  // a caption that names nothing is dropped as soon as it is decoded, so that a group's captions never fill the memory
  const captions = await table.read(columns.text, group, (bytes) => {
    const text = decodeText(bytes);
    return text === "" || matches(text).length > 0 ? text : NAMES_NOTHING;
  });
  const similarities = await table.read(columns.similarity, group, decodeText);
  const taken: Taken[] = [];
  for (let i = 0; i < captions.length; i++) {
    const text = captions[i];
    if (text === NAMES_NOTHING) continue;
    if (typeof text !== "string" || text === "") {
      if (text !== "" && text !== null && text !== undefined) throw notText(table.name, columns.text, text);
      counts.noCaption++;
      continue;
    }
    const named = matches(text);
    for (const object of named) counts.named[object]!++;
    const similarity = toNumber(similarities[i]);
    if (similarity === null) {
      counts.noSimilarity++;
      continue;
    }
    const row: LaionRow = { row: first + i, similarity, text, url: null, ...NOTHING_MORE };
    const kept = named.filter((object) => best[object]!.offer(row));
    if (kept.length > 0) taken.push({ row, at: i });
  }
  counts.rows += captions.length;
  await fillIn(taken, table, group, columns);
}

/** Stands for a caption that names no object; no caption has a NUL in it. */
const NAMES_NOTHING = "\0";

const NOTHING_MORE = { width: null, height: null, punsafe: null, pwatermark: null, hash: null };

interface Taken {
  readonly row: LaionRow;
  /** Its place in the group. */
  readonly at: number;
}

/** Reads the other columns of the rows taken, one column after the other. */
async function fillIn(
  taken: readonly Taken[],
  table: ParquetTable,
  group: RowRange,
  columns: ColumnNames,
): Promise<void> {
  const begin = taken[0]?.at;
  const last = taken.at(-1)?.at;
  if (begin === undefined || last === undefined) return;
  const range = { begin: group.begin + begin, end: group.begin + last + 1 };
  for (const role of ["url", "width", "height", "punsafe", "pwatermark", "hash"] as const) {
    const column = columns[role];
    if (!table.columns.includes(column)) continue;
    // the bytes of all, the text of a few
    const values = await table.read(column, range, (bytes) => bytes);
    for (const { row, at } of taken) {
      const value = values[at - begin];
      if (role === "url") row.url = value instanceof Uint8Array ? decodeText(value) : null;
      else if (role === "hash") row.hash = toHash(value);
      else row[role] = toNumber(value);
    }
  }
}

function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}

/** A finite number, or null for anything else. */
function toNumber(value: unknown): number | null {
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

function toHash(value: unknown): bigint | string | null {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  return value instanceof Uint8Array ? decodeText(value) : null;
}

function notText(file: string, column: string, value: unknown): InputError {
  return new InputError(
    `${file} must hold text in column ${JSON.stringify(column)}; got a ${typeof value}; say which it is (--columns text=NAME)`,
  );
}
