// Makes metadata of N rows in temporary files, has `pellucid data laion select` choose from it in a process of its own, says how
// fast that was and what memory it took at most, and checks the result by brute force on a sample. After `npm run build`:
//   tsx scripts/laion/measure-select.ts [ROWS = 1000000] [SEED = 1]
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PAPER_OBJECTS, parseObjects } from "../../src/data/laion/objects.js";
import { groupCount, namedIn, type PlainRow, plainRows, sortedSelection } from "./brute-force.js";
import { writeMetadata } from "./synthetic-metadata.js";

const MEMORY_LIMIT_MIB = 1024;
/** One row group of so many is read again and compared. */
const SAMPLED_GROUPS = 8;

const [rows = "1000000", seed = "1"] = process.argv.slice(2);
const ROWS = Number(rows);
/** The paper's 20,000, or fewer where there are not so many rows that name an object. */
const TOP = Math.min(20_000, Math.ceil(ROWS / 1000));
const objects = parseObjects(PAPER_OBJECTS);
const folder = mkdtempSync(join(tmpdir(), "pellucid-select-"));
try {
  const metadata = join(folder, "metadata");
  const started = performance.now();
  writeMetadata(metadata, ROWS, Number(seed), (done) =>
    process.stderr.write(`\r${done.toLocaleString("en")} rows written`),
  );
  const seconds = (performance.now() - started) / 1000;
  const files = readdirSync(metadata).map((name) => join(metadata, name));
  const size = files.reduce((total, file) => total + statSync(file).size, 0);
  process.stderr.write(` in ${seconds.toFixed(0)} s: ${files.length} files, ${Math.round(size / 1e6)} MB\n`);

  const whole = await select(metadata, join(folder, "whole.parquet"));
  check("memory stays below 1 GiB", whole.mebibytes < MEMORY_LIMIT_MIB, `${whole.mebibytes} MiB at most`);
  await checkGroups(files, whole.rows, whole.lowest);
  await checkFile(files[0]!);
} finally {
  rmSync(folder, { recursive: true });
}

/** A selection by the command, with its peak of resident memory and each object's lowest similarity. */
async function select(input: string, out: string) {
  const atExit =
    'process.on("exit",()=>{const{maxRSS,userCPUTime}=process.resourceUsage();' +
    'console.error(Math.round(maxRSS/1024)+" MiB at most, "+(userCPUTime/1e6).toFixed(1)+" s of processor time")})';
  const words = ["data", "laion", "select", input, "--out", out, "--top", String(TOP)];
  const measured = ["--import", `data:text/javascript,${encodeURIComponent(atExit)}`, "dist/cli/main.js"];
  const said = succeeded(spawnSync(process.execPath, [...measured, ...words], { encoding: "utf8" }));
  process.stdout.write(said);
  const report: { objects: { name: string; lowestSimilarity: number | null }[] } = JSON.parse(
    readFileSync(`${out}.json`, "utf8"),
  );
  return {
    mebibytes: Number(/(\d+) MiB at most/.exec(said)?.[1]),
    rows: await plainRows(out),
    lowest: new Map(report.objects.map(({ name, lowestSimilarity }) => [name, lowestSimilarity])),
  };
}

function succeeded({ status, stderr }: SpawnSyncReturns<string>): string {
  if (status === 0) return stderr;
  throw new Error(`pellucid data laion select ended with ${status}: ${stderr}; run npm run build first`);
}

/** In sampled row groups every row above an object's lowest similarity that names it was selected, and no row that doesn't. */
async function checkGroups(
  files: readonly string[],
  selected: readonly PlainRow[],
  lowest: ReadonlyMap<string, number | null>,
): Promise<void> {
  const groups = files.flatMap((file) =>
    Array.from({ length: groupCount(file) }, (_, group) => ({ file, group })),
  );
  const every = Math.ceil(groups.length / SAMPLED_GROUPS);
  const sampled = groups.filter((_, i) => i % every === 0);
  const objectsOf = new Map(selected.map((row) => [row.row, row.objects]));
  let [compared, wrong] = [0, 0];
  for (const { file, group } of sampled) {
    for (const { row, text, similarity } of await plainRows(file, group)) {
      const named = text === null || similarity === null ? [] : namedIn(text, objects);
      const found = objectsOf.get(row) ?? [];
      const isRight = objects.every(({ name }) => {
        const least = lowest.get(name) ?? Number.POSITIVE_INFINITY;
        if (!named.includes(name) || similarity === null) return !found.includes(name);
        // of rows at the limit itself those that come first are in
        return similarity === least || found.includes(name) === similarity > least;
      });
      compared += 1;
      if (!isRight) wrong += 1;
    }
  }
  const detail = `${compared.toLocaleString("en")} rows in ${sampled.length} of ${groups.length} row groups, ${wrong} wrong`;
  check("sampled row groups agree with brute force", wrong === 0 && compared > 0, detail);
}

/** Of one file alone, the selection is what sorting all of its rows gives. */
async function checkFile(file: string): Promise<void> {
  const { rows: selected } = await select(file, join(folder, "one.parquet"));
  const all = await plainRows(file);
  for (const object of objects) {
    const wanted = sortedSelection(all, object, TOP);
    const got = selected.filter((row) => row.objects.includes(object.name)).map(({ row }) => row);
    const same = JSON.stringify(wanted) === JSON.stringify(got);
    check(`one file, ${object.name}: what sorting gives`, same, `${got.length} rows`);
  }
}

function check(name: string, holds: boolean, detail: string): void {
  process.stdout.write(`${holds ? "ok" : "FAILED"}  ${name}: ${detail}\n`);
  if (!holds) process.exitCode = 1;
}
