import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";

/** A row of made-up metadata. */
export interface MadeRow {
  readonly url: string;
  readonly text: string | null;
  readonly similarity: number | null;
}

/** Metadata as LAION-5B's, `groupRows` rows in a part. */
export function laionParquet(rows: readonly MadeRow[], groupRows = 1000): Uint8Array {
  const columnData = [
    { name: "URL", type: "STRING" as const, data: rows.map(({ url }) => url) },
    { name: "TEXT", type: "STRING" as const, nullable: true, data: rows.map(({ text }) => text) },
    {
      name: "similarity",
      type: "DOUBLE" as const,
      nullable: true,
      data: rows.map(({ similarity }) => similarity),
    },
    { name: "WIDTH", type: "INT32" as const, data: rows.map((_, i) => 100 + i) },
    { name: "hash", type: "INT64" as const, data: rows.map((_, i) => -(2n ** 60n) + BigInt(i)) },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: groupRows }));
}

/** A new folder. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "pellucid-laion-"));
}

/** Writes a file into a folder and returns its path. */
export function put(folder: string, name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
