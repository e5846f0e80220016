// Makes synthetic metadata of N rows in temporary files and measures the selection from it, in a process of its own:
//   tsx scripts/laion/measure-select.ts 1000000
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteFile } from "hyparquet-writer";
import { selectionReport } from "../../src/cli/reports/selection.js";
import { LAION_COLUMNS } from "../../src/data/laion/columns.js";
import { PAPER_OBJECTS, parseObjects } from "../../src/data/laion/objects.js";
import { listInputs } from "../../src/dataset/inputs.js";
import { selectRows } from "../../src/dataset/select.js";

const NOUNS =
  "table,cat,house,goat,category,banana,river,flamingo,penguins,car,bobcat,shirt,poster,tree".split(",");
const FILE_ROWS = 1_000_000;
const GROUP_ROWS = 250_000;

const [what = "1000000", made] = process.argv.slice(2);
if (what === "--select" && made !== undefined) await measure(made);
else makeAndMeasure(Number(what));

function makeAndMeasure(total: number): void {
  const folder = mkdtempSync(join(tmpdir(), "pellucid-select-"));
  try {
    for (let first = 0; first < total; first += FILE_ROWS)
      writePart(folder, first, Math.min(FILE_ROWS, total - first));
    const words = ["--import", "tsx", "scripts/laion/measure-select.ts", "--select", folder];
    const { status } = spawnSync(process.execPath, words, { stdio: "inherit" });
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(folder: string): Promise<void> {
  const inputs = await listInputs(folder, ".parquet");
  const start = performance.now();
  const { report } = await selectRows({
    inputs,
    columns: LAION_COLUMNS,
    objects: parseObjects(PAPER_OBJECTS),
    perObject: 20_000,
    signal: new AbortController().signal,
    onRows: () => {},
  });
  process.stdout.write(selectionReport(report, inputs.length, (performance.now() - start) / 1000));
  const { maxRSS, userCPUTime } = process.resourceUsage();
  process.stdout.write(
    `${Math.round(maxRSS / 1024)} MiB at most, ${(userCPUTime / 1e6).toFixed(1)} s of processor time\n`,
  );
}

/** Rows first to first + count - 1, of which about a third name one of the paper's objects. */
function writePart(folder: string, first: number, count: number): void {
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
