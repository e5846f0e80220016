import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { LAION_COLUMNS } from "../data/laion/columns.js";
import type { Selected } from "../data/laion/selection.js";

/** A row of LAION's metadata; what the file lacks is null. */
export interface LaionRow {
  /** Its place in the whole input. */
  readonly row: number;
  readonly similarity: number;
  readonly text: string;
  url: string | null;
  width: number | null;
  height: number | null;
  punsafe: number | null;
  pwatermark: number | null;
  hash: bigint | string | null;
}

/** Rows in one part of the file, so that it can be read in parts. */
const GROUP_ROWS = 10_000;

/** Selected rows as a Parquet file with LAION-5B's column names, and the objects of each row with commas between. */
export function encodeSelection(selected: readonly Selected<LaionRow>[]): Uint8Array {
  const rows = selected.map(({ row }) => row);
  const column = (
    role: keyof typeof LAION_COLUMNS,
    type: NonNullable<ColumnSource["type"]>,
    data: unknown[],
  ): ColumnSource => ({ name: LAION_COLUMNS[role], type, data, nullable: true });
  const hashes = rows.map(({ hash }) => hash);
  const areNumbers = hashes.every((hash) => typeof hash !== "string");
  const columnData: ColumnSource[] = [
    column(
      "url",
      "STRING",
      rows.map(({ url }) => url),
    ),
    column(
      "text",
      "STRING",
      rows.map(({ text }) => text),
    ),
    column(
      "similarity",
      "DOUBLE",
      rows.map(({ similarity }) => similarity),
    ),
    column(
      "width",
      "DOUBLE",
      rows.map(({ width }) => width),
    ),
    column(
      "height",
      "DOUBLE",
      rows.map(({ height }) => height),
    ),
    column(
      "punsafe",
      "DOUBLE",
      rows.map(({ punsafe }) => punsafe),
    ),
    column(
      "pwatermark",
      "DOUBLE",
      rows.map(({ pwatermark }) => pwatermark),
    ),
    areNumbers
      ? column("hash", "INT64", hashes)
      : column(
          "hash",
          "STRING",
          hashes.map((hash) => hash?.toString() ?? null),
        ),
    { name: "objects", type: "STRING", data: selected.map(({ objects }) => objects.join(",")) },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: GROUP_ROWS }));
}
