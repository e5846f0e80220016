// Kills downloading, packing and training with SIGKILL at random moments, goes on after each, and compares what comes out
// with a run that nobody disturbed: the same files with the same digests, every pair once.
//   tsx scripts/kill-test.ts [KILLS = 10] [SEED = 1] [download pack train]
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { wholeTar } from "../src/dataset/tar-index.js";
import { samplesOf } from "../src/dataset/webdataset.js";
import { hasCheckpoint } from "../src/files/checkpoint.js";
import { generatorOf, uniformFrom } from "../src/random.js";
import { numberedImage, startImageServer } from "../test/dataset/image-server.js";
import { laionParquet } from "../test/dataset/laion-files.js";
import { tinyTraining } from "../test/train/tiny.js";

const PAIRS = 300;
const PER_SHARD = ["--per-shard", "60"];
const STEPS = 300;

const [kills = "10", seed = "1", ...chosen] = process.argv.slice(2);
const KILLS = Number(kills);
const uniform = uniformFrom(generatorOf(Number(seed)));
const folder = mkdtempSync(join(tmpdir(), "pellucid-kill-"));
const server = await startImageServer(() => 5);
const tests = { download, pack, train };
try {
  for (const [name, test] of Object.entries(tests)) {
    if (chosen.length === 0 || chosen.includes(name)) await test();
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true });
}

async function download(): Promise<void> {
  const rows = Array.from({ length: PAIRS }, (_, n) => ({
    // every seventh address is of nothing, which has to be counted once as well
    url: server.url(n % 7 === 6 ? `/nothing/${n}` : `/image/${n}`),
    text: `caption ${n}`,
    similarity: 0.3,
  }));
  const selection = join(folder, "selection.parquet");
  writeFileSync(selection, laionParquet(rows));
  const words = (out: string) => [
    "data",
    "laion",
    "download",
    selection,
    "--out",
    out,
    "--allow-private",
    "--concurrency",
    "8",
    ...PER_SHARD,
  ];
  const asked = () => [...server.asked.values()].reduce((sum, count) => sum + count, 0);
  await compareShards("download", words, PAIRS - Math.floor(PAIRS / 7));
  console.log(`  ${asked()} requests for 2 x ${PAIRS} images, of which up to 8 were under way at each kill`);
}

async function pack(): Promise<void> {
  const photos = mkdtempSync(join(folder, "photos-"));
  for (let n = 0; n < PAIRS; n++) {
    writeFileSync(join(photos, `${n}.png`), await numberedImage(n));
    if (n % 7 !== 6) writeFileSync(join(photos, `${n}.txt`), `caption ${n}`);
  }
  const words = (out: string) => ["data", "pack", photos, "--out", out, ...PER_SHARD];
  await compareShards("pack", words, PAIRS - Math.floor(PAIRS / 7));
}

async function train(): Promise<void> {
  const photos = mkdtempSync(join(folder, "trained-"));
  for (let n = 0; n < 50; n++) {
    writeFileSync(join(photos, `${n}.png`), await numberedImage(n));
    writeFileSync(join(photos, `${n}.txt`), `caption ${n}`);
  }
  const shards = join(folder, "training-shards");
  const packing = (out: string) => ["data", "pack", photos, "--out", out, "--per-shard", "9"];
  await finish({ words: packing, isWork: isJournal }, shards);
  const settings = join(folder, "run.json");
  const data = { kind: "shards", path: shards, shuffle: 20, readers: 3 };
  writeFileSync(
    settings,
    JSON.stringify({ ...tinyTraining, data, steps: STEPS, decay: 0, learningRate: 0.001 }),
  );
  const words = (out: string) => {
    const quick = ["--threads", "1", "--samples", "0", "--save-minutes", "0.01"];
    return ["train", settings, "--out", out, ...quick, ...(hasCheckpoint(out) ? ["--resume"] : [])];
  };
  const [straight, killed] = [join(folder, "straight-run"), join(folder, "killed-run")];
  const name = "checkpoint.safetensors";
  const work = { words, isWork: (file: string) => file === name };
  const lasted = await finish(work, straight);
  const count = await disturb(work, killed, lasted);
  await finish(work, killed);
  const same = digestOf(join(straight, name)) === digestOf(join(killed, name));
  report(
    "train",
    same && count === KILLS,
    `${count} kills; ${STEPS} steps; checkpoint ${digestOf(join(killed, name)).slice(0, 16)}`,
  );
}

/** The journals of unfinished shards grow with each pair. */
function isJournal(file: string): boolean {
  return file.endsWith(".jsonl");
}

async function compareShards(name: string, words: Work["words"], expected: number): Promise<void> {
  const work = { words, isWork: isJournal };
  const [straight, killed] = [join(folder, `${name}-straight`), join(folder, `${name}-killed`)];
  const lasted = await finish(work, straight);
  const count = await disturb(work, killed, lasted);
  await finish(work, killed);
  const [wanted, got] = [digestsOf(straight), digestsOf(killed)];
  const keys = readdirSync(killed)
    .filter((file) => file.endsWith(".tar"))
    .flatMap((file) => samplesOf(wholeTar(join(killed, file))).map(({ key }) => key));
  const isWhole = keys.length === expected && new Set(keys).size === expected;
  const same = JSON.stringify(wanted) === JSON.stringify(got);
  report(
    name,
    same && isWhole && count === KILLS,
    `${count} kills; ${keys.length} pairs, ${expected} expected; ${wanted.length} files alike`,
  );
}

/** A command that works in a folder, and the files there that grow as it does. */
interface Work {
  readonly words: (out: string) => readonly string[];
  readonly isWork: (file: string) => boolean;
}

/** Starts the command and kills it, as often as asked, at moments spread over the seconds that its work takes; counts the kills that struck. */
async function disturb(work: Work, out: string, seconds: number): Promise<number> {
  let struck = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const before = stateOf(work, out);
    const child = start(work.words(out));
    const ended = endOf(child);
    while (child.exitCode === null && stateOf(work, out) === before) await wait(2);
    await Promise.race([wait((1000 * uniform() * seconds) / KILLS), ended]);
    if (child.exitCode === null && child.kill("SIGKILL")) struck++;
    await ended;
  }
  return struck;
}

/** Runs a command to its end; returns the seconds from the first file on. */
async function finish(work: Work, out: string): Promise<number> {
  const before = stateOf(work, out);
  const child = start(work.words(out));
  const ended = endOf(child);
  while (child.exitCode === null && stateOf(work, out) === before) await wait(2);
  const begun = performance.now();
  const code = await ended;
  if (code !== 0) throw new Error(`pellucid ${work.words(out).join(" ")} ended with ${code}`);
  return (performance.now() - begun) / 1000;
}

/** Names, sizes and times of the files that show work. */
function stateOf({ isWork }: Work, out: string): string {
  if (!existsSync(out)) return "";
  const files = readdirSync(out).filter(isWork).sort();
  return files
    .map((file) => {
      const status = statSync(join(out, file), { throwIfNoEntry: false });
      return `${file} ${status?.size} ${status?.mtimeMs}`;
    })
    .join();
}

function start(words: readonly string[]): ChildProcess {
  const stdio = ["ignore", "ignore", "inherit"] as const;
  return spawn(process.execPath, ["dist/cli/main.js", ...words, "--quiet"], { stdio: [...stdio] });
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}

function digestOf(path: string): string {
  return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : "missing";
}

/** All files of a folder with their digests; what is left over is a file as well. */
function digestsOf(path: string): string[] {
  return readdirSync(path)
    .sort()
    .map((name) => `${name} ${digestOf(join(path, name))}`);
}

function report(name: string, isRight: boolean, what: string): void {
  console.log(`${isRight ? "ok" : "NOT OK"}  ${name}: ${what}`);
  if (!isRight) process.exitCode = 1;
}
