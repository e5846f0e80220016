import { type ColumnNames, checkColumns } from "../../data/laion/columns.js";
import type { OpenedInput } from "../inputs.js";
import { openParquet } from "../parquet.js";

/** A pair as the selection names it; null where the file has nothing. */
export interface SelectedPair {
  readonly url: string | null;
  readonly caption: string | null;
  readonly similarity: number | null;
  /** Names of the objects it was selected for, with commas between. */
  readonly objects: string | null;
}

/** The rows of a selection, by position. */
export interface SelectionRows {
  readonly rows: number;
  /** Rows `begin` to `end` (exclusive). */
  readonly read: (begin: number, end: number) => Promise<readonly SelectedPair[]>;
}

/** Opens a selection, or any Parquet file with addresses and captions; `name` is for messages. Throws InputError. */
export async function openSelection(
  source: OpenedInput,
  name: string,
  columns: ColumnNames,
): Promise<SelectionRows> {
  const table = await openParquet(source, name);
  checkColumns(columns, table.columns, name, ["url", "text"]);
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return {
    rows: table.rows,
    read: async (begin, end) => {
      const values = async (column: string): Promise<ArrayLike<unknown>> =>
        table.columns.includes(column) ? await table.read(column, { begin, end }, decode) : [];
      const urls = await values(columns.url);
      const captions = await values(columns.text);
      const similarities = await values(columns.similarity);
      const objects = await values("objects");
      return Array.from({ length: end - begin }, (_, i) => ({
        url: textOf(urls[i]),
        caption: textOf(captions[i]),
        similarity: typeof similarities[i] === "number" ? Number(similarities[i]) : null,
        objects: textOf(objects[i]),
      }));
    },
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
