import { type FileMetaData, parquetMetadataAsync, parquetScan, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { ByteSource } from "../byte-source.js";
import { InputError } from "../errors.js";

/** Rows `begin` (inclusive) to `end` (exclusive) of a file. */
export interface RowRange {
  readonly begin: number;
  readonly end: number;
}

/** A Parquet file that is read column by column, some rows at a time. */
export interface ParquetTable {
  readonly name: string;
  readonly rows: number;
  /** Top-level columns. */
  readonly columns: readonly string[];
  /** The parts in which the file was written. */
  readonly groups: readonly RowRange[];
  /**
   * A column's values; `decode` is called for text and gets its bytes, which are a view of a larger array.
   * Throws InputError if the file is damaged.
   */
  readonly read: (
    column: string,
    range: RowRange,
    decode: (bytes: Uint8Array) => unknown,
  ) => Promise<ArrayLike<unknown>>;
}

/** Reads a Parquet file's footer; `name` is for messages. Throws InputError if it isn't one, or is damaged. */
export async function openParquet(source: ByteSource, name: string): Promise<ParquetTable> {
  const file = { byteLength: source.size, slice: sliceOf(source) };
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw damaged(name, "its footer", error);
  });
  const groups = groupsOf(metadata);
  return {
    name,
    rows: groups.at(-1)?.end ?? 0,
    columns: parquetSchema(metadata).children.map(({ element }) => element.name),
    groups,
    read: async (column, { begin, end }, decode) => {
      try {
        const scan = await parquetScan({
          file,
          metadata,
          compressors,
          columns: [column],
          rowStart: begin,
          rowEnd: end,
          parsers: { stringFromBytes: decode },
        });
        const values = await scan.readColumn({ column, rowStart: begin, rowEnd: end });
        if (values.length === end - begin) return values;
        throw new Error(`${values.length} values`);
      } catch (error) {
        throw damaged(name, `column ${JSON.stringify(column)}, rows ${begin} to ${end}`, error);
      }
    },
  };
}

/** The bytes of a range as an array buffer of its own, which the library wants. */
function sliceOf(source: ByteSource) {
  return async (begin: number, end = source.size): Promise<ArrayBuffer> => {
    const bytes = await source.read(begin, end);
    return bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
      ? bytes.buffer
      : new Uint8Array(bytes).buffer;
  };
}

function groupsOf({ row_groups }: FileMetaData): RowRange[] {
  const groups: RowRange[] = [];
  for (const { num_rows } of row_groups) {
    const begin = groups.at(-1)?.end ?? 0;
    groups.push({ begin, end: begin + Number(num_rows) });
  }
  return groups.filter(({ begin, end }) => end > begin);
}

function damaged(name: string, where: string, error: unknown): unknown {
  if (error instanceof InputError) return new InputError(`${name}: ${error.message}`);
  const reason = error instanceof Error ? error.message : String(error);
  return new InputError(`${name} can't be read as Parquet (${where}: ${reason}); copy it again`);
}
