// Makes synthetic metadata of N rows in temporary files and measures what `pellucid data laion select` makes of it:
//   tsx scripts/laion/measure-select.ts 1000000
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteFile } from "hyparquet-writer";

const NOUNS =
  "table,cat,house,goat,category,banana,river,flamingo,penguins,car,bobcat,shirt,poster,tree".split(",");
const FILE_ROWS = 1_000_000;
const GROUP_ROWS = 250_000;

const total = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "pellucid-select-"));
try {
  for (let first = 0; first < total; first += FILE_ROWS) writePart(first, Math.min(FILE_ROWS, total - first));
  const words = ["data", "laion", "select", folder, "--out", join(folder, "selection.parquet")];
  const command = ["--import", "tsx", "src/cli/main.ts", ...words];
  const { stderr } = spawnSync("/usr/bin/env", ["time", "-v", process.execPath, ...command], {
    encoding: "utf8",
  });
  process.stdout.write(stderr.replace(/\tCommand being[^]*?\n(?=\tMaximum)|\n\tAverage resident[^]*/g, ""));
  process.stdout.write("\n");
} finally {
  rmSync(folder, { recursive: true });
}

/** Rows first to first + count - 1, of which about a third name one of the paper's objects. */
function writePart(first: number, count: number): void {
  const rows = Array.from({ length: count }, (_, i) => first + i);
  const noun = (i: number) => NOUNS[(i * 2_654_435_761) % NOUNS.length];
  parquetWriteFile({
    filename: join(folder, `part-${String(first).padStart(12, "0")}.parquet`),
    rowGroupSize: GROUP_ROWS,
    columnData: [
      {
        name: "URL",
        type: "STRING",
        data: rows.map((i) => `https://images.example.org/${i % 977}/${i}/photo.jpg`),
      },
      {
        name: "TEXT",
        type: "STRING",
        data: rows.map((i) => `A photograph of a ${noun(i)}, number ${i}, at the sea`),
      },
      { name: "WIDTH", type: "INT32", data: rows.map((i) => 200 + (i % 800)) },
      { name: "HEIGHT", type: "INT32", data: rows.map((i) => 200 + (i % 600)) },
      { name: "similarity", type: "DOUBLE", data: rows.map((i) => ((i * 7919) % 1_000_003) / 1_000_003) },
      { name: "punsafe", type: "DOUBLE", data: rows.map(() => 0.01) },
      { name: "pwatermark", type: "DOUBLE", data: rows.map(() => 0.1) },
      { name: "hash", type: "INT64", data: rows.map((i) => BigInt(i) * 1_000_003n) },
    ],
  });
}
